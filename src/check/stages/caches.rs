//! The caches that tools keep: where they are, and which of them the builds of several platforms can share.

/// The ends of the paths of caches that tell the platforms apart by themselves, or hold nothing that depends on one.
const PORTABLE: &[&str] = &[
    "/.bun/install/cache",
    "/.cache/composer",
    "/.cache/go-build",
    "/.cache/pip",
    "/.cache/pypoetry",
    "/.cache/uv",
    "/.cache/yarn",
    "/.cargo/git",
    "/.cargo/registry",
    "/.composer/cache",
    "/.gradle",
    "/.m2",
    "/.npm",
    "/.nuget/packages",
    "/.yarn/berry/cache",
    "/cargo/git",
    "/cargo/registry",
    "/etc/apk/cache",
    "/go/pkg",
    "/usr/local/share/.cache/yarn",
    "/var/cache/apk",
    "/var/cache/apt",
    "/var/cache/dnf",
    "/var/cache/yum",
    "/var/lib/apt",
];

/// Whether the builds of several platforms can share what a tool keeps in a directory.
pub(super) fn is_portable(target: &str) -> bool {
    let path = target.trim_end_matches('/');
    PORTABLE.iter().any(|known| match path.find(known) {
        Some(at) => {
            let rest = path.get(at + known.len()..).unwrap_or_default();
            rest.is_empty() || rest.starts_with('/')
        }
        None => false,
    })
}
