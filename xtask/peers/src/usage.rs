//! What this process has used.

/// CPU seconds of this process so far, user and system.
pub(crate) fn cpu() -> f64 {
    // Fields 14 and 15 of /proc/self/stat, in ticks of 10 ms, are too coarse; schedstat counts nanoseconds.
    let text = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let nanoseconds: f64 = text
        .split_whitespace()
        .next()
        .and_then(|word| word.parse().ok())
        .unwrap_or(0.0);
    nanoseconds / 1e9
}

/// Peak resident memory in MiB.
pub(crate) fn peak() -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes: f64 = line
        .and_then(|line| line.split_whitespace().next())
        .and_then(|word| word.parse().ok())
        .unwrap_or(0.0);
    kibibytes / 1024.0
}
