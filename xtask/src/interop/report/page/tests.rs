//! The page, from a small matrix, looked at in a real browser.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use super::{packed, page};
use crate::interop::feature::{Act, Content, Feature, Sign, Wanted};
use crate::interop::matrix::{Cell, Made, Matrix};
use crate::interop::peer::{Kind, Name, Outcome};
use crate::interop::report::Report;
use crate::interop::verdict::Verdict;

/// Two peers, a row to be read and one to be refused, which OpenSSL accepts.
pub(in crate::interop::report) fn matrix() -> Matrix {
    let name = |id: &str, product| Name {
        id: id.to_owned(),
        product,
        version: "1.0".to_owned(),
        kind: Kind::Paths,
    };
    let feature = |id: &str, wanted| Feature {
        id: id.to_owned(),
        title: format!("title of {id} </script><b>"),
        group: "Group",
        source: "RFC 5652, 5.6",
        act: Act::Sign(Sign::new("alice", "sha-256")),
        content: Content::Text,
        wanted,
        altered: None,
    };
    let made = |feature, producer| Made {
        feature,
        producer,
        command: "smime sign".to_owned(),
        outcome: Outcome::Done,
        message: PathBuf::from("messages/one.der"),
        content: PathBuf::from("contents/text"),
    };
    let cell = |made, consumer, verdict: Verdict| Cell {
        made,
        consumer,
        verdict,
        why: format!("said {}", verdict.name()),
        command: "openssl cms -verify".to_owned(),
        output: None,
    };
    Matrix {
        features: vec![
            feature("good", Wanted::Content),
            feature("bad", Wanted::Refusal),
        ],
        names: vec![name("smime", "smime"), name("openssl-3.0", "OpenSSL")],
        made: vec![made(0, 0), made(0, 1), made(1, 0)],
        cells: vec![
            cell(0, 0, Verdict::Agrees),
            cell(0, 1, Verdict::Agrees),
            cell(1, 0, Verdict::Agrees),
            cell(1, 1, Verdict::Refuses),
            cell(2, 0, Verdict::Agrees),
            cell(2, 1, Verdict::Wrong),
        ],
    }
}

fn written() -> String {
    let matrix = matrix();
    let absent = [("gpgsm-2.2", "not installed".to_owned())];
    let report = Report::new(&matrix, &absent).unwrap();
    let detail =
        json!({"size": 5, "octets": packed(b"octets"), "dump": packed(b"0: SEQUENCE of a dump")});
    let details = json!({"messages": [detail, detail, detail], "outputs": [null, null, null, null, null, null]});
    page(&report.value(Path::new("")), &details).unwrap()
}

#[test]
fn the_page_needs_nothing_else() {
    let page = written();
    for sign in ["src=", "http://", "https://", "@import", "url("] {
        assert!(!page.contains(sign), "{sign}");
    }
    assert!(!page.contains("<!--STYLE") && !page.contains("<!--REPORT"));
    // A peer's text ends no element.
    assert!(!page.contains("</script><b>"));
}

#[test]
fn packed_is_base64() {
    for length in 0..6 {
        let text = packed(&vec![7; length]);
        assert_eq!(
            testkit::vectors::base64(&text).unwrap().len() % 3,
            text.trim_end_matches('=').len() * 3 / 4 % 3
        );
        assert_eq!(text.len() % 4, 0);
    }
}

/// What the browser measured and shows, as the page itself cannot know it.
const PROBE: &str = "<script>setTimeout(() => { const root = document.documentElement; \
                     root.dataset.overflow = String(root.scrollWidth > innerWidth); \
                     root.dataset.back = getComputedStyle(document.body).backgroundColor; \
                     root.dataset.rows = String(document.querySelectorAll('details.row').length); }, 600)</script>";

struct Browser {
    program: &'static str,
    folder: PathBuf,
}

impl Browser {
    fn dom(&self, size: &str, scheme: u8, hash: &str) -> String {
        let output = Command::new(self.program)
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
            ])
            .args([
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ])
            .arg(format!(
                "--user-data-dir={}",
                self.folder.join("profile").display()
            ))
            .arg(format!("--blink-settings=preferredColorScheme={scheme}"))
            .args([
                &format!("--window-size={size}"),
                "--virtual-time-budget=4000",
            ])
            .arg(format!(
                "--screenshot={}",
                self.folder.join(format!("{size}-{scheme}.png")).display()
            ))
            .arg("--dump-dom")
            .arg(format!(
                "file://{}{hash}",
                self.folder.join("report.html").display()
            ))
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    }
}

#[test]
fn a_browser_shows_it_light_and_dark_narrow_and_wide() {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let Some(program) = names.into_iter().find(|name| crate::process::has(name)) else {
        eprintln!("SKIPPED the look of the interop page: no chromium");
        return;
    };
    let folder = std::env::temp_dir().join(format!("interop-page-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let text = written().replace("</body>", &format!("{PROBE}</body>"));
    std::fs::write(folder.join("report.html"), text).unwrap();
    let browser = Browser { program, folder };
    for size in ["480,800", "1500,900"] {
        for (scheme, back) in [(0, "rgb(22, 24, 27)"), (1, "rgb(253, 253, 252)")] {
            let dom = browser.dom(size, scheme, "");
            assert!(
                dom.contains("data-overflow=\"false\""),
                "{size}: the page is wider than the window"
            );
            assert!(
                dom.contains(&format!("data-back=\"{back}\"")),
                "{size}, {scheme}"
            );
            assert!(
                dom.contains("data-rows=\"2\"") && dom.contains("2 rows, 6 cells"),
                "{dom}"
            );
            let picture =
                std::fs::metadata(browser.folder.join(format!("{size}-{scheme}.png"))).unwrap();
            assert!(picture.len() > 5000);
        }
    }
    let narrowed = browser.dom("1500,900", 1, "#verdict=differs&peer=openssl-3.0");
    assert!(narrowed.contains("2 rows, 2 cells"));
    let none = browser.dom("1500,900", 1, "#text=nothing%20of%20this");
    assert!(none.contains("0 rows, 0 cells"));
    let opened = browser.dom("1500,900", 1, "#cell=bad/smime/openssl-3.0");
    let dialog = opened.split("<dialog").nth(1).unwrap();
    assert!(
        dialog.starts_with(" id=\"details\"") && dialog.contains("open=\"\""),
        "{dialog}"
    );
    for text in [
        "smime → openssl-3.0",
        "openssl cms -verify",
        "0: SEQUENCE of a dump",
        "said wrong",
        "6f 63 74 65 74 73",
    ] {
        assert!(dialog.contains(text), "{text}");
    }
    let unfolded = browser.dom("1500,900", 1, "#row=good");
    assert!(unfolded.contains("openssl-3.0 → smime: agrees"));
    std::fs::remove_dir_all(browser.folder).unwrap();
}
