//! What two readers say about one message, field by field.

use std::collections::BTreeMap;

/// The name of a field, and what a reader found there.
#[derive(Debug, Default)]
pub(crate) struct Facts(BTreeMap<&'static str, String>);

impl Facts {
    pub(crate) fn add(&mut self, field: &'static str, value: impl ToString) {
        self.0.insert(field, value.to_string());
    }

    pub(crate) fn add_octets(&mut self, field: &'static str, octets: &[u8]) {
        let hex: String = octets.iter().map(|octet| format!("{octet:02x}")).collect();
        self.add(field, hex);
    }

    /// Values whose order is not said: those of a SET OF.
    pub(crate) fn add_set<T: ToString>(
        &mut self,
        field: &'static str,
        values: impl IntoIterator<Item = T>,
    ) {
        let mut values: Vec<_> = values.into_iter().map(|value| value.to_string()).collect();
        values.sort();
        self.add(field, values.join(" "));
    }

    pub(crate) fn fields(&self) -> usize {
        self.0.len()
    }

    /// Fields that both readers have and that differ, with both values cut short.
    pub(crate) fn differences(&self, other: &Self) -> Vec<(&'static str, String)> {
        let short = |text: &str| text.chars().take(80).collect::<String>();
        self.0
            .iter()
            .filter_map(|(field, mine)| {
                let theirs = other.0.get(field)?;
                (mine != theirs)
                    .then(|| (*field, format!("{} against {}", short(mine), short(theirs))))
            })
            .collect()
    }
}

pub(crate) fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}
