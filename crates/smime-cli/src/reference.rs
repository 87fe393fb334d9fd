//! The reference of the command, `docs/reference.md`: what clap knows of it, in Markdown.

use std::fmt::Write as _;

use clap::{Arg, ArgAction, Command, CommandFactory as _};

use crate::args::Arguments;
use crate::codes::wrapped;

/// What stands in front of the verbs.
const PREFACE: &str = "# Reference of the command\n\n\
    Made by `smime man --markdown`; a test compares. What a code in a report or an exit code means: \
    [codes.md](codes.md). In the lines of usage, brackets are around what may be left out, and dots stand behind what \
    may be repeated.\n";

/// `docs/reference.md`.
pub(crate) fn markdown() -> String {
    let mut command = Arguments::command();
    command.build();
    let mut out = wrapped(PREFACE);
    contents(&command, &mut out);
    out.push_str("\n## Global options\n\nOf every verb.\n\n");
    for option in options(&command, Globals::Shown) {
        item(option, &mut out);
    }
    for verb in verbs(&command) {
        section(verb, "##", &mut out);
    }
    out
}

/// Whether options of every verb are listed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Globals {
    Hidden,
    Shown,
}

fn verbs(command: &Command) -> impl Iterator<Item = &Command> {
    let verbs = command.get_subcommands();
    verbs.filter(|verb| !verb.is_hide_set() && verb.get_name() != "help")
}

/// Its options in the order of their declaration, but those that clap adds.
fn options(command: &Command, globals: Globals) -> impl Iterator<Item = &Arg> {
    command.get_arguments().filter(move |arg| {
        let added = ["help", "version"].contains(&arg.get_id().as_str());
        let wanted = globals == Globals::Shown || !arg.is_global_set();
        wanted && !added && !arg.is_positional() && !arg.is_hide_set()
    })
}

/// One line for each verb, and for each verb of a verb.
fn contents(command: &Command, out: &mut String) {
    out.push_str("\n| verb | what it does |\n| --- | --- |\n");
    for verb in verbs(command) {
        let name = full_name(verb);
        let anchor = name.replace(' ', "-");
        let about = verb.get_about().map(ToString::to_string);
        let _ = writeln!(
            out,
            "| [`{name}`](#{anchor}) | {} |",
            about.unwrap_or_default()
        );
    }
}

/// A verb, with its own verbs below it.
fn section(verb: &Command, level: &str, out: &mut String) {
    let _ = writeln!(out, "\n{level} {}\n", full_name(verb));
    if let Some(about) = verb.get_long_about().or_else(|| verb.get_about()) {
        let _ = writeln!(
            out,
            "{}",
            wrapped(&format!("{}.", text(&about.to_string())))
        );
    }
    let usage = verb.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage:").trim();
    let _ = writeln!(out, "```text\n{usage}\n```");
    let arguments: Vec<&Arg> = verb
        .get_positionals()
        .chain(options(verb, Globals::Hidden))
        .collect();
    if !arguments.is_empty() {
        out.push('\n');
    }
    for argument in arguments {
        item(argument, out);
    }
    for inner in verbs(verb) {
        section(inner, &format!("{level}#"), out);
    }
}

fn full_name(verb: &Command) -> String {
    let name = verb.get_bin_name().unwrap_or_else(|| verb.get_name());
    name.to_owned()
}

/// An argument or option: how it is written, what it is for, what it may be.
fn item(arg: &Arg, out: &mut String) {
    let mut line = format!("* {}", spelling(arg));
    let repeated = matches!(arg.get_action(), ArgAction::Append) && !arg.is_positional();
    let notes: Vec<&str> = [
        (arg.is_required_set() && !arg.is_positional()).then_some("required"),
        repeated.then_some("may be repeated"),
    ]
    .into_iter()
    .flatten()
    .collect();
    if !notes.is_empty() {
        let _ = write!(line, " ({})", notes.join(", "));
    }
    if let Some(help) = arg.get_long_help().or_else(|| arg.get_help()) {
        let _ = write!(line, ": {}", text(&help.to_string()));
    }
    if arg.get_action().takes_values() {
        choices(arg, &mut line);
    }
    out.push_str(&wrapped(&line).trim_end().replace('\n', "\n  "));
    out.push('\n');
}

/// Which values there are, and which one is meant without any.
fn choices(arg: &Arg, line: &mut String) {
    let values = arg.get_possible_values();
    let names: Vec<String> = values
        .iter()
        .filter(|value| !value.is_hide_set())
        .map(|value| match value.get_help() {
            Some(help) => format!("`{}` ({})", value.get_name(), text(&help.to_string())),
            None => format!("`{}`", value.get_name()),
        })
        .collect();
    if !names.is_empty() {
        let _ = write!(line, ". One of {}", names.join(", "));
    }
    let defaults = arg.get_default_values().iter();
    let defaults: Vec<_> = defaults.map(|value| value.to_string_lossy()).collect();
    if !defaults.is_empty() {
        let _ = write!(line, ". Default: `{}`", defaults.join(" "));
    }
}

/// `-o`, `--output FILE`
fn spelling(arg: &Arg) -> String {
    let values = match arg.get_value_names() {
        Some(names) if arg.get_action().takes_values() => names.join(" "),
        _ => String::new(),
    };
    if arg.is_positional() {
        return format!("`{values}`");
    }
    let short = arg.get_short().map(|letter| format!("`-{letter}`"));
    let long = arg.get_long().map(|word| {
        let value = if values.is_empty() { "" } else { " " };
        format!("`--{word}{value}{values}`")
    });
    let forms: Vec<String> = short.into_iter().chain(long).collect();
    forms.join(", ")
}

/// A text of clap's within a line of Markdown.
fn text(help: &str) -> String {
    let line = help.lines().collect::<Vec<_>>().join(" ");
    // What is quoted already stays as it is; elsewhere an angle bracket or a pipe would be markup.
    line.replace('<', "\\<").replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use clap::{Command, CommandFactory as _};

    use super::{Arguments, markdown, verbs};

    #[test]
    fn the_paper_is_up_to_date() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference.md");
        if std::env::var_os("SMIME_BLESS").is_some() {
            std::fs::write(&path, markdown()).unwrap();
        }
        let paper = std::fs::read_to_string(path).unwrap();
        let same = paper == markdown();
        assert!(
            same,
            "write it anew: smime man --markdown > docs/reference.md"
        );
    }

    #[test]
    fn everything_says_what_it_is_for() {
        fn walk(command: &Command, silent: &mut Vec<String>) {
            if command.get_about().is_none() {
                silent.push(command.get_name().to_owned());
            }
            for arg in command.get_arguments() {
                if arg.get_help().is_none() {
                    silent.push(format!("{} {}", command.get_name(), arg.get_id()));
                }
            }
            for verb in verbs(command) {
                walk(verb, silent);
            }
        }
        let mut silent = Vec::new();
        walk(&Arguments::command(), &mut silent);
        assert!(silent.is_empty(), "{silent:?}");
    }

    #[test]
    fn every_verb_is_there() {
        let text = markdown();
        for verb in verbs(&Arguments::command()) {
            let heading = format!("\n## smime {}\n", verb.get_name());
            assert!(text.contains(&heading), "{heading}");
        }
    }
}
