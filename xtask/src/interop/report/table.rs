//! `docs/interop/table.json`: the verdicts alone, small enough to be committed; a run that is worse fails.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::interop::matrix::Matrix;
use crate::interop::peers::OURS;
use crate::interop::verdict::Verdict;

/// Row, producer, consumer.
type Place = (String, String, String);

/// A line for each message: its row, its producer, and the consumers of each verdict.
pub(super) fn text(matrix: &Matrix, date: &str) -> Result<String> {
    let mut rows: BTreeMap<(String, String), BTreeMap<&str, Vec<String>>> = BTreeMap::new();
    for ((feature, producer, consumer), verdict) in verdicts(matrix) {
        let row = rows.entry((feature, producer)).or_default();
        row.entry(verdict.name()).or_default().push(consumer);
    }
    let peers: BTreeMap<&str, &str> = matrix
        .names
        .iter()
        .map(|name| (name.id.as_str(), name.version.as_str()))
        .collect();
    let head = json!({"schema": "smime.interop.table/1", "date": date, "peers": peers});
    let head = serde_json::to_string(&head)?;
    let mut text = head.trim_end_matches('}').to_owned() + "},\"messages\":[\n";
    let mut lines = Vec::new();
    for ((feature, producer), consumers) in rows {
        let line = json!({"feature": feature, "producer": producer, "consumers": consumers});
        lines.push(serde_json::to_string(&line)?);
    }
    text.push_str(&lines.join(",\n"));
    text.push_str("\n]}\n");
    Ok(text)
}

/// The cells of ours that agreed in a table and do not now, where both peers took part now.
pub(super) fn regressions(matrix: &Matrix, table: &str) -> Result<Vec<String>> {
    let before = parse(table)?;
    let now: BTreeMap<Place, Verdict> = verdicts(matrix).into_iter().collect();
    let there = |id: &str| matrix.names.iter().any(|name| name.id == id);
    let mut worse = Vec::new();
    for (place, verdict) in before {
        let (feature, producer, consumer) = &place;
        let ours = producer == OURS || consumer == OURS;
        if !ours || verdict != Verdict::Agrees || !there(producer) || !there(consumer) {
            continue;
        }
        let found = now.get(&place).copied();
        if found != Some(Verdict::Agrees) {
            let found = found.map_or("not there", Verdict::name);
            worse.push(format!(
                "{feature}: {producer} to {consumer}: agreed, now {found}"
            ));
        }
    }
    Ok(worse)
}

fn verdicts(matrix: &Matrix) -> Vec<(Place, Verdict)> {
    let cells = matrix.cells.iter().map(|cell| {
        let (feature, producer, consumer) = matrix.place(cell);
        let place = (feature.id.clone(), producer.to_owned(), consumer.to_owned());
        (place, cell.verdict)
    });
    cells.collect()
}

fn parse(table: &str) -> Result<BTreeMap<Place, Verdict>> {
    let value: &Value = &serde_json::from_str(table).context("docs/interop/table.json")?;
    let mut found = BTreeMap::new();
    for message in value["messages"].as_array().context("no messages")? {
        let text = |key: &str| {
            message[key]
                .as_str()
                .map(str::to_owned)
                .with_context(|| format!("no {key}"))
        };
        for (verdict, consumers) in message["consumers"].as_object().context("no consumers")? {
            let verdict =
                Verdict::of_name(verdict).with_context(|| format!("no verdict: {verdict}"))?;
            for consumer in consumers
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
            {
                found.insert(
                    (text("feature")?, text("producer")?, consumer.to_owned()),
                    verdict,
                );
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::{regressions, text};
    use crate::interop::report::page::tests::matrix;
    use crate::interop::verdict::Verdict;

    #[test]
    fn what_is_as_before_is_no_regression() {
        let matrix = matrix();
        let table = text(&matrix, "2026-01-01").unwrap();
        assert!(regressions(&matrix, &table).unwrap().is_empty());
    }

    #[test]
    fn a_cell_of_ours_that_agreed_must_agree() {
        let mut matrix = matrix();
        let table = text(&matrix, "2026-01-01").unwrap();
        let ours = matrix
            .cells
            .iter()
            .position(|cell| cell.verdict == Verdict::Agrees)
            .unwrap();
        matrix.cells[ours].verdict = Verdict::Refuses;
        assert_eq!(regressions(&matrix, &table).unwrap().len(), 1);
        matrix.cells.remove(ours);
        assert_eq!(regressions(&matrix, &table).unwrap().len(), 1);
    }

    #[test]
    fn peers_that_are_not_there_now_do_not_count() {
        let mut matrix = matrix();
        let table = text(&matrix, "2026-01-01").unwrap();
        matrix.cells.clear();
        matrix.names.truncate(1);
        let worse = regressions(&matrix, &table).unwrap();
        assert!(
            worse.iter().all(|line| line.contains("smime to smime")),
            "{worse:?}"
        );
    }

    #[test]
    fn another_table_is_refused() {
        assert!(regressions(&matrix(), "{}").is_err());
        let unknown =
            r#"{"messages":[{"feature":"a","producer":"b","consumers":{"perhaps":["c"]}}]}"#;
        assert!(regressions(&matrix(), unknown).is_err());
    }
}
