//! Measures `cms-core` and `cms-algs` beside OpenSSL (crate `openssl`), each case in a process of its own.
//!
//! ```text
//! peers small             one JSON line for each operation on small messages
//! peers make FOLDER       the inputs of the hostile cases
//! peers run CASE SIDE FOLDER   one JSON line: CPU seconds and peak memory in MiB
//! peers cases             the names of the hostile cases
//! peers algorithms        one JSON line for each algorithm: the provider's object beside the bare primitive
//! peers timing SAMPLES    whether failures of decryption differ in time: Welch's t of each pair of classes
//! ```

mod algorithms;
mod hostile;
mod inputs;
mod path;
mod small;
mod timing;
mod usage;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["small"] => {
            small::run();
            path::run();
        }
        ["path"] => path::run(),
        ["algorithms"] => algorithms::run(),
        ["make", folder] => inputs::make(folder.as_ref()),
        ["cases"] => {
            for case in hostile::CASES {
                println!("{}", case.name);
            }
        }
        ["timing", samples] => timing::run(samples.parse().expect("a number of samples")),
        ["run", case, side, folder] => hostile::run(case, side, folder.as_ref()),
        _ => {
            eprintln!(
                "peers small | algorithms | make FOLDER | cases | run CASE ours|openssl FOLDER | timing SAMPLES"
            );
            std::process::exit(2);
        }
    }
}
