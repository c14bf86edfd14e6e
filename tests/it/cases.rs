//! How many cases a property is tried with.

use proptest::test_runner::Config;

/// As many as `PROPTEST_CASES` says, else as many as proptest tries by itself.
pub(crate) fn many() -> Config {
    Config {
        failure_persistence: None,
        max_global_rejects: 1_000_000_000,
        max_local_rejects: 1_000_000_000,
        ..Config::default()
    }
}

/// As many as `PROPTEST_CASES` says, else so many: for a property with slow or with small cases.
pub(crate) fn usually(count: u32) -> Config {
    let mut out = many();
    if std::env::var_os("PROPTEST_CASES").is_none() {
        out.cases = count;
    }
    out
}
