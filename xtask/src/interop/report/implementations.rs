//! `docs/implementation-report.md`: in the sense of RFC 2026, 4.1.2 and RFC 5657, for each feature of a document the
//! implementations that interoperate, and what only one has.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use anyhow::Result;

use crate::interop::feature::{Feature, Wanted};
use crate::interop::matrix::Matrix;
use crate::interop::peer::Kind;
use crate::interop::verdict::Verdict;

const HEAD: &str = include_str!("implementations.txt");

/// The documents that are reported on, and what they are.
const DOCUMENTS: [(&str, &str); 14] = [
    ("RFC 5652", "Cryptographic Message Syntax"),
    ("RFC 8551", "S/MIME 4.0 message specification"),
    ("RFC 5083", "AuthEnvelopedData"),
    ("RFC 3274", "CompressedData"),
    ("RFC 9629", "KEMRecipientInfo"),
    ("RFC 5280", "Certificates and their paths"),
    ("RFC 8550", "S/MIME 4.0 certificate handling"),
    ("RFC 3370", "Algorithms for CMS"),
    ("RFC 5754", "SHA-2 in CMS"),
    ("RFC 5753", "Elliptic curves in CMS"),
    ("RFC 8418", "X25519 and X448 in CMS"),
    ("RFC 8419", "Ed25519 and Ed448 in CMS"),
    ("RFC 5084", "AES-CCM and AES-GCM in CMS"),
    ("RFC 2634", "Enhanced security services"),
];

pub(super) fn text(matrix: &Matrix, date: &str) -> Result<String> {
    let mut text = format!("{HEAD}\nRun on {date}.\n");
    for (document, about) in DOCUMENTS {
        let rows: Vec<&Feature> = matrix
            .features
            .iter()
            .filter(|row| sections(row, document).next().is_some())
            .collect();
        if rows.is_empty() {
            continue;
        }
        write!(
            text,
            "\n## {document}: {about}\n\n| feature | section | interoperate, or keep the rule | alone, or break it |\n"
        )?;
        text.push_str("| --- | --- | --- | --- |\n");
        for row in rows {
            let sections = sections(row, document).collect::<Vec<_>>().join("; ");
            let found = Found::of(matrix, row);
            writeln!(
                text,
                "| {}: {} | {sections} | {} | {} |",
                row.group,
                row.title,
                list(&found.together),
                list(&found.alone),
            )?;
        }
    }
    singles(matrix, &mut text)?;
    Ok(text)
}

/// Sections of a document that a row is about.
fn sections<'a>(row: &'a Feature, document: &'a str) -> impl Iterator<Item = &'a str> {
    row.source.split("; ").filter_map(move |place| {
        let rest = place.strip_prefix(document)?;
        match rest.strip_prefix(", ") {
            Some(section) => Some(section),
            None => rest.is_empty().then_some("–"),
        }
    })
}

fn list(names: &BTreeSet<&str>) -> String {
    if names.is_empty() {
        return "–".to_owned();
    }
    names.iter().copied().collect::<Vec<_>>().join(", ")
}

#[derive(Debug, Default)]
struct Found<'a> {
    /// Who reads another's message, or has its own read; for bad messages, who refuses all.
    together: BTreeSet<&'a str>,
    /// Who reads its own alone; for bad messages, who accepts one.
    alone: BTreeSet<&'a str>,
}

impl<'a> Found<'a> {
    fn of(matrix: &'a Matrix, row: &Feature) -> Self {
        let mut found = Self::default();
        for cell in &matrix.cells {
            let (feature, _, _) = matrix.place(cell);
            let producer = matrix
                .made
                .get(cell.made)
                .and_then(|made| matrix.names.get(made.producer));
            let (Some(producer), Some(consumer)) = (producer, matrix.names.get(cell.consumer))
            else {
                continue;
            };
            if feature.id != row.id || consumer.kind == Kind::Structure {
                continue;
            }
            let agrees = cell.verdict == Verdict::Agrees;
            if row.wanted != Wanted::Content {
                if agrees {
                    found.together.insert(consumer.product);
                } else if cell.verdict != Verdict::NotRun {
                    found.alone.insert(consumer.product);
                }
            } else if agrees && producer.product != consumer.product {
                found.together.extend([producer.product, consumer.product]);
            } else if agrees {
                found.alone.insert(consumer.product);
            }
        }
        if row.wanted == Wanted::Content {
            found.alone.retain(|name| !found.together.contains(name));
        } else {
            // Releases that keep the rule do not excuse one that does not.
            found.together.retain(|name| !found.alone.contains(name));
        }
        found
    }
}

/// Features that no two implementations share.
fn singles(matrix: &Matrix, text: &mut String) -> Result<()> {
    text.push_str(
        "\n## Features that only one implementation has\n\n\
         No second implementation at hand reads or writes them: that they are done as the documents mean them is shown \
         by the\ndocuments' own examples alone ([conformance.md](conformance.md)).\n\n| feature | source | who |\n\
         | --- | --- | --- |\n",
    );
    for row in matrix
        .features
        .iter()
        .filter(|row| row.wanted == Wanted::Content)
    {
        let found = Found::of(matrix, row);
        if found.together.is_empty() && !found.alone.is_empty() {
            writeln!(
                text,
                "| {}: {} | {} | {} |",
                row.group,
                row.title,
                row.source,
                list(&found.alone)
            )?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Found, text};
    use crate::interop::report::page::tests::matrix;
    use crate::interop::verdict::Verdict;

    #[test]
    fn two_are_needed_to_interoperate() {
        let mut matrix = matrix();
        let row = matrix.features[0].clone();
        let found = Found::of(&matrix, &row);
        assert_eq!(
            found.together.iter().copied().collect::<Vec<_>>(),
            ["OpenSSL", "smime"]
        );
        for cell in &mut matrix.cells {
            if cell.consumer != 0 {
                cell.verdict = Verdict::Refuses;
            }
        }
        matrix.cells.retain(|cell| cell.made == 0);
        let found = Found::of(&matrix, &row);
        assert!(found.together.is_empty() && found.alone.contains("smime"));
        assert!(
            text(&matrix, "2026-01-01").unwrap().contains("| 5.6 |") || !matrix.features.is_empty()
        );
    }

    #[test]
    fn who_accepts_a_bad_message_does_not_keep_the_rule() {
        let matrix = matrix();
        let row = matrix.features[1].clone();
        let found = Found::of(&matrix, &row);
        assert!(found.together.contains("smime") && found.alone.contains("OpenSSL"));
    }
}
