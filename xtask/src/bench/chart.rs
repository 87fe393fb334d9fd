//! Bar charts as SVG, readable on light and dark paper.

use std::fmt::Write as _;

/// One group of bars.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) name: String,
    /// A value for each series, where there is one.
    pub(super) values: Vec<Option<f64>>,
}

const LEFT: f64 = 230.0;
const WIDTH: f64 = 760.0;
const BAR: f64 = 13.0;
const GAP: f64 = 12.0;
const COLOURS: [&str; 3] = ["#2f7d5b", "#b4552d", "#6b7280"];

/// Horizontal bars, one colour for each series; the longest fills the width.
pub(super) fn bars(title: &str, series: &[&str], groups: &[Group]) -> String {
    let longest = groups
        .iter()
        .flat_map(|group| group.values.iter().flatten())
        .fold(f64::MIN_POSITIVE, |all, value| all.max(*value));
    let rows = groups.len() * series.len();
    let count = |number: usize| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
    let height = 64.0 + count(rows) * BAR + count(groups.len()) * GAP;
    let mut svg = String::new();
    let _ = writeln!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height:.0}\" \
         font-family=\"sans-serif\" font-size=\"12\" role=\"img\" aria-label=\"{title}\">\n\
         <style>text{{fill:#1f2933}}@media(prefers-color-scheme:dark){{text{{fill:#e4e7eb}}}}</style>\n\
         <text x=\"8\" y=\"20\" font-size=\"14\" font-weight=\"bold\">{title}</text>"
    );
    for (index, (name, colour)) in series.iter().zip(COLOURS).enumerate() {
        let x = LEFT + count(index) * 130.0;
        let _ = writeln!(
            svg,
            "<rect x=\"{x:.0}\" y=\"32\" width=\"10\" height=\"10\" fill=\"{colour}\"/>\
             <text x=\"{:.0}\" y=\"41\">{name}</text>",
            x + 15.0
        );
    }
    let mut y = 54.0;
    for group in groups {
        let middle = y + count(series.len()) * BAR / 2.0 + 4.0;
        let _ = writeln!(svg, "<text x=\"8\" y=\"{middle:.1}\">{}</text>", group.name);
        for (value, colour) in group.values.iter().zip(COLOURS) {
            if let Some(value) = value {
                let length = (value / longest * (WIDTH - LEFT - 70.0)).max(1.0);
                let _ = writeln!(
                    svg,
                    "<rect x=\"{LEFT}\" y=\"{y:.1}\" width=\"{length:.1}\" height=\"{:.0}\" fill=\"{colour}\"/>\
                     <text x=\"{:.1}\" y=\"{:.1}\" font-size=\"10\">{}</text>",
                    BAR - 2.0,
                    LEFT + length + 4.0,
                    y + 9.5,
                    shown(*value)
                );
            }
            y += BAR;
        }
        y += GAP;
    }
    svg.push_str("</svg>\n");
    svg
}

fn shown(value: f64) -> String {
    if value >= 100.0 {
        format!("{value:.0}")
    } else {
        format!("{value:.2}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_bar_fills_the_width_and_unknown_ones_are_left_out() {
        let groups = [
            Group {
                name: "sign".into(),
                values: vec![Some(2.0), None],
            },
            Group {
                name: "verify".into(),
                values: vec![Some(1.0), Some(4.0)],
            },
        ];
        let svg = bars("title", &["ours", "theirs"], &groups);
        assert_eq!(svg.matches("height=\"11\"").count(), 3);
        assert!(svg.contains("width=\"460.0\""), "{svg}");
        assert!(svg.contains("width=\"230.0\"") && svg.contains("width=\"115.0\""));
    }
}
