//! What came of the matrix, in every form: for people, for programs, for the record.

mod implementations;
mod page;
mod paper;
mod table;

use std::fs;
use std::path::Path;

use anyhow::Result;
use serde_json::{Value, json};

use super::matrix::Matrix;
use super::peer::{Kind, Name, Outcome};
use super::peers::OURS;
use crate::process;

/// The matrix, with the day and the peers that were not there.
pub(crate) struct Report<'a> {
    matrix: &'a Matrix,
    absent: &'a [(&'static str, String)],
    date: String,
}

impl<'a> Report<'a> {
    pub(crate) fn new(matrix: &'a Matrix, absent: &'a [(&'static str, String)]) -> Result<Self> {
        let date = process::output(process::command("date").args(["-u", "+%Y-%m-%d"]))?;
        Ok(Self {
            matrix,
            absent,
            date: date.trim().to_owned(),
        })
    }

    /// `report.json` and `report.html`.
    pub(crate) fn write_page(&self, folder: &Path, smime: &Path) -> Result<()> {
        let value = self.value(folder);
        fs::write(
            folder.join("report.json"),
            serde_json::to_string_pretty(&value)? + "\n",
        )?;
        let details = page::details(self.matrix, smime)?;
        fs::write(folder.join("report.html"), page::page(&value, &details)?)?;
        Ok(())
    }

    /// `docs/interop.md`, `docs/implementation-report.md` and the table that later runs are held against.
    pub(crate) fn write_papers(&self, docs: &Path) -> Result<()> {
        fs::create_dir_all(docs.join("interop"))?;
        fs::write(
            docs.join("interop/table.json"),
            table::text(self.matrix, &self.date)?,
        )?;
        fs::write(docs.join("interop.md"), paper::text(self)?)?;
        let text = implementations::text(self.matrix, &self.date)?;
        fs::write(docs.join("implementation-report.md"), text)?;
        Ok(())
    }

    /// What of ours is worse than in a table that was written before.
    pub(crate) fn regressions(&self, table: &Path) -> Result<Vec<String>> {
        table::regressions(self.matrix, &fs::read_to_string(table)?)
    }

    /// For programs; the schema only grows.
    fn value(&self, folder: &Path) -> Value {
        let shown = |path: &Path| {
            path.strip_prefix(folder)
                .unwrap_or(path)
                .display()
                .to_string()
        };
        let matrix = self.matrix;
        let features: Vec<Value> = matrix
            .features
            .iter()
            .map(|row| {
                json!({
                    "id": row.id, "title": row.title, "group": row.group, "source": row.source,
                    "wanted": if row.wanted == super::feature::Wanted::Content { "content" } else { "refusal" },
                })
            })
            .collect();
        let made: Vec<Value> = matrix
            .made
            .iter()
            .map(|made| {
                let (state, why) = state(&made.outcome);
                json!({
                    "feature": matrix.features.get(made.feature).map(|row| &row.id),
                    "producer": matrix.name(made.producer),
                    "state": state, "why": why, "command": made.command,
                    "content": shown(&made.content),
                    "message": (state == "made").then(|| shown(&made.message)),
                })
            })
            .collect();
        let cells: Vec<Value> = matrix
            .cells
            .iter()
            .map(|cell| {
                let (feature, producer, consumer) = matrix.place(cell);
                json!({
                    "feature": feature.id, "producer": producer, "consumer": consumer,
                    "verdict": cell.verdict.name(), "why": cell.why, "command": cell.command,
                    "output": cell.output.as_deref().map(shown),
                })
            })
            .collect();
        json!({
            "schema": "smime.interop/1", "date": self.date, "ours": OURS,
            "counts": matrix.counts(), "peers": self.peers(),
            "features": features, "made": made, "cells": cells,
        })
    }

    fn peers(&self) -> Vec<Value> {
        let there = self.matrix.names.iter().map(|name: &Name| {
            json!({
                "id": name.id, "product": name.product, "version": name.version, "kind": kind(name.kind),
                "there": true, "why": "",
            })
        });
        let absent = self.absent.iter().map(|(id, why)| {
            json!({
                "id": id, "product": "", "version": "", "kind": "", "there": false, "why": why,
            })
        });
        there.chain(absent).collect()
    }
}

fn state(outcome: &Outcome) -> (&'static str, &str) {
    match outcome {
        Outcome::Done => ("made", ""),
        Outcome::Cannot(why) => ("cannot", why),
        Outcome::Refused(why) => ("refused", why),
        Outcome::Crashed(why) => ("crashed", why),
    }
}

/// How much of a message a peer looks at.
fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Paths => "signatures and paths",
        Kind::Signatures => "signatures",
        Kind::Structure => "structure",
    }
}
