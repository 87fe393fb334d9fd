//! The implementations, an adapter each.

mod bouncy_castle;
mod certtool;
mod gpgsm;
mod library;
mod nss;
mod openssl;
mod ours;

use std::path::Path;

use anyhow::Result;

pub(crate) use ours::ID as OURS;

use super::install::Places;
use super::peer::Found;
use super::people::World;

/// Everybody that is there, ours first, and who is not.
pub(crate) fn find(
    smime: &Path,
    codecs: Option<&Path>,
    places: &Places,
    world: &World,
) -> Result<Vec<Found>> {
    let tools = places.tools();
    let mut found = vec![ours::find(smime, &world.folder)?];
    found.extend(openssl::find(&tools)?);
    found.extend(bouncy_castle::find(
        &places.debian(),
        &world.folder.join("java"),
    )?);
    found.extend(gpgsm::find(&tools, world)?);
    found.extend(nss::find(&tools, &places.debian(), world)?);
    found.extend(certtool::find(&tools)?);
    found.extend(library::find(places, codecs, &world.folder));
    Ok(found)
}
