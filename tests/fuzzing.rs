//! The fuzz targets on a few hundred inputs each, the same ones in every run.

#[allow(unreachable_pub, reason = "it is the library of the fuzz targets")]
#[path = "../fuzz/src/lib.rs"]
mod harness;

use std::fs;
use std::panic::catch_unwind;
use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What each target begins with, besides nothing: our own files.
fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = vec![Vec::new()];
    for folder in ["tests/golden", "tests/golden/scenarios", "tests/data"] {
        let files = fs::read_dir(root().join(folder)).expect("it can be listed");
        let mut paths: Vec<_> = files.flatten().map(|entry| entry.path()).collect();
        paths.retain(|path| path.extension().is_some_and(|kind| kind == "Dockerfile"));
        paths.sort();
        seeds.extend(paths.into_iter().flat_map(fs::read));
    }
    assert!(seeds.len() > 10);
    seeds
}

/// A generator of numbers that needs no more than its last one.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % end
    }

    fn bytes(&mut self, most: usize) -> Vec<u8> {
        let length = self.below(most + 1);
        (0..length).map(|_| self.below(256) as u8).collect()
    }

    /// A seed with a few pieces of it lost, doubled, or replaced by something of another seed or by
    /// anything.
    fn mutated(&mut self, seeds: &[Vec<u8>]) -> Vec<u8> {
        let mut out = seeds[self.below(seeds.len())].clone();
        for _ in 0..self.below(6) {
            let start = self.below(out.len() + 1);
            let end = (start + self.below(40)).min(out.len());
            let other = &seeds[self.below(seeds.len())];
            let from = self.below(other.len() + 1);
            let to = (from + self.below(40)).min(other.len());
            let new = match self.below(4) {
                0 => Vec::new(),
                1 => out[start..end].repeat(2),
                2 => other[from..to].to_vec(),
                _ => self.bytes(4),
            };
            out.splice(start..end, new);
        }
        out
    }
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// As often and with the seed that the variables of proptest say.
#[test]
fn every_target() {
    let cases = number("PROPTEST_CASES").unwrap_or(200);
    let seed = number("PROPTEST_RNG_SEED").unwrap_or_default();
    let seeds = seeds();
    for (name, target) in harness::TARGETS {
        // Of 0, only 0 would come.
        let mut random = Random((0x9e37_79b9_7f4a_7c15 ^ seed).max(1));
        for _ in 0..cases {
            let bytes = match random.below(2) {
                0 => random.bytes(400),
                _ => random.mutated(&seeds),
            };
            if catch_unwind(|| target(&bytes)).is_err() {
                panic!("{name}: {:?}", String::from_utf8_lossy(&bytes));
            }
        }
    }
}

/// A target that is not in the list would be fuzzed by nobody here.
#[test]
fn every_target_is_listed() {
    let files = fs::read_dir(root().join("fuzz/fuzz_targets")).expect("it can be listed");
    let names = files.flatten().map(|entry| entry.path());
    let mut names: Vec<_> = names
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect();
    names.sort();
    let mut listed: Vec<&str> = harness::TARGETS.iter().map(|(name, _)| *name).collect();
    listed.sort_unstable();
    assert_eq!(names, listed);
}
