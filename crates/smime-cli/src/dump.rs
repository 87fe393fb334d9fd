//! The annotated BER tree of `smime dump`.
//!
//! ```text
//!  input ──▶ objects ──▶ walk (grammar, names, values) ──▶ lines or JSON items
//! ```
//!
//! The walk knows the types of [`grammar`] and goes on where the octets are something else. It stops where they are no
//! BER at all, after everything before that place was shown.

mod expect;
pub(crate) mod grammar;
mod input;
mod names;
mod output;
mod root;
mod value;
mod walk;

#[cfg(test)]
mod tests;

use std::io::{self, Write};

use cms_core::CmsError;
use serde_json::Value;

use crate::args::InFormat;
use crate::outcome::Failure;

pub(crate) use input::{Object, objects};
pub(crate) use output::Paint;
use output::{Items, Lines};
use walk::{Sink, Stop, Walk};

/// Octets of an input. 64 MiB, as `Limits::element`: the largest public CRLs have about 30 MB.
pub(crate) const INPUT_LIMIT: u64 = 64 << 20;

/// How much is shown.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Options {
    /// Whole values.
    pub(crate) full: bool,
    /// Names as trees.
    pub(crate) name_tree: bool,
}

/// Shows objects as lines; the failure is where the octets of one of them break.
pub(crate) fn lines(
    objects: &[Object],
    depth_limit: usize,
    options: Options,
    paint: Paint,
    out: &mut dyn Write,
) -> io::Result<Option<Failure>> {
    let mut lines = Lines::new(out, paint);
    let mut failure = None;
    for object in objects {
        if let Some(origin) = &object.origin {
            lines.heading(&crate::report::escaped(origin))?;
        }
        if object.is_opaque_key {
            lines.heading(&opaque(object))?;
            continue;
        }
        if let Some(broken) = walk(object, depth_limit, options, &mut lines)? {
            let offset = broken.offset.unwrap_or_default();
            lines.broken(offset, &crate::report::escaped(&broken.text))?;
            failure.get_or_insert(broken);
        }
    }
    Ok(failure)
}

/// Writes a report whose `items` are the nodes, as they come; `envelope` makes the rest from the failure.
pub(crate) fn report(
    objects: &[Object],
    depth_limit: usize,
    options: Options,
    envelope: impl FnOnce(Option<&Failure>) -> Value,
    out: &mut dyn Write,
) -> io::Result<()> {
    write!(out, "{{\"items\":[")?;
    let mut items = Items::new(out);
    let mut failure = None;
    for (index, object) in objects.iter().enumerate() {
        items.object(index);
        if object.is_opaque_key {
            items.remark(0, &opaque(object))?;
        } else if let Some(broken) = walk(object, depth_limit, options, &mut items)? {
            failure.get_or_insert(broken);
        }
    }
    // The envelope is an object as well: its members follow.
    let rest = envelope(failure.as_ref()).to_string();
    let members = rest.strip_prefix('{').unwrap_or(&rest);
    writeln!(items.into_inner(), "],{members}")
}

fn opaque(object: &Object) -> String {
    format!("private key, {} octets, not shown", object.octets.len())
}

fn walk(
    object: &Object,
    depth_limit: usize,
    options: Options,
    sink: &mut dyn Sink,
) -> io::Result<Option<Failure>> {
    match Walk::new(&object.octets, object.root, depth_limit, options).run(sink) {
        Ok(()) => Ok(None),
        Err(Stop::Io(error)) => Err(error),
        Err(Stop::Break(error, more)) => {
            let mut failure = Failure::from(CmsError::Decode(error));
            if let Some(more) = more {
                failure.text = format!("{} ({more})", failure.text);
            }
            Ok(Some(failure))
        }
    }
}

/// The objects of an input, which is read whole.
pub(crate) fn read(path: Option<&str>, form: Option<InFormat>) -> Result<Vec<Object>, Failure> {
    let octets = crate::file::read_small(path.unwrap_or("-"), INPUT_LIMIT)?;
    objects(&octets, form)
}
