//! Tables in Markdown, and under which circumstances they were made.

use std::process::Command;
use std::thread;

/// Prints a table; the first line is its head.
pub(crate) fn table(lines: &[Vec<String>]) {
    for (n, cells) in lines.iter().enumerate() {
        println!("| {} |", cells.join(" | "));
        if n == 0 {
            println!("|{}", " --- |".repeat(cells.len()));
        }
    }
}

/// A crate with the version that its `Cargo.toml` or ours has.
pub(crate) fn with_version(name: &str) -> String {
    let (manifest, key) = match name {
        "multistage" => (include_str!("../../../Cargo.toml"), "version"),
        name => (include_str!("../Cargo.toml"), name),
    };
    let mut lines = manifest.lines();
    let line = lines.find_map(|line| line.strip_prefix(key)?.trim_start().strip_prefix('='));
    let version = line.and_then(|line| line.split('"').nth(1));
    match version {
        Some(version) => format!("`{name}` {}", version.trim_start_matches('=')),
        None => name.to_owned(),
    }
}

/// The machine, what else it does, and the compiler.
pub(crate) fn circumstances() -> String {
    let read = |path| std::fs::read_to_string(path).unwrap_or_default();
    let cpu = read("/proc/cpuinfo");
    let mut lines = cpu.lines();
    let model = lines.find_map(|line| line.strip_prefix("model name")?.split(':').nth(1));
    let model = model.unwrap_or("an unknown processor").trim().to_owned();
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let load = read("/proc/loadavg");
    let load = load.split(' ').next().unwrap_or("unknown").to_owned();
    let rustc = Command::new("rustc").arg("--version").output();
    let rustc = rustc.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    let rustc = rustc.unwrap_or_else(|_| "an unknown rustc".to_owned());
    let os = std::env::consts::OS;
    format!("{model}, {cores} cores, {os}, load {load}, {rustc}")
}
