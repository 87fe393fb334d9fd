//! The good certificate with one thing changed, and what is to be found on it then.

mod alternatives;
mod extensions;
mod fields;
mod keys;
mod names;
mod organizations;
mod policies;

use crate::draft::Draft;

/// A name, the codes of what is found, and the change.
pub(crate) type Mutant = (&'static str, &'static [&'static str], fn(&mut Draft));

/// All mutants.
pub(crate) fn all() -> impl Iterator<Item = &'static Mutant> {
    let tables = [
        fields::MUTANTS,
        keys::MUTANTS,
        names::MUTANTS,
        alternatives::MUTANTS,
        organizations::MUTANTS,
        extensions::MUTANTS,
        policies::MUTANTS,
    ];
    tables.into_iter().flatten()
}
