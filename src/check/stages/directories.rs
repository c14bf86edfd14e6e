//! Finds out if a path is a directory when an instruction runs, as far as the file says.

use super::{images, walk};
use crate::check::Checking;
use crate::resolve::ResolvedBase;
use crate::scope::Action;
use crate::syntax::At;

/// The state of a path, as far as the file says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Directory {
    /// It is a directory.
    There,
    /// Nothing has made it.
    Absent,
    /// The base image or a command may have made it.
    Unknown,
}

/// The directories that Linux images have.
const STANDARD: &[&str] = &[
    "/bin",
    "/boot",
    "/dev",
    "/docker-entrypoint-initdb.d",
    "/etc",
    "/etc/apt",
    "/etc/apt/sources.list.d",
    "/etc/nginx",
    "/etc/nginx/conf.d",
    "/etc/profile.d",
    "/etc/ssl/certs",
    "/go",
    "/go/bin",
    "/go/src",
    "/home",
    "/lib",
    "/lib64",
    "/media",
    "/mnt",
    "/opt",
    "/proc",
    "/root",
    "/run",
    "/sbin",
    "/srv",
    "/sys",
    "/tmp",
    "/usr",
    "/usr/bin",
    "/usr/lib",
    "/usr/local",
    "/usr/local/bin",
    "/usr/local/etc",
    "/usr/local/lib",
    "/usr/local/sbin",
    "/usr/local/share",
    "/usr/local/share/ca-certificates",
    "/usr/sbin",
    "/usr/share",
    "/usr/share/nginx/html",
    "/usr/src",
    "/var",
    "/var/cache",
    "/var/lib",
    "/var/log",
    "/var/run",
    "/var/tmp",
    "/var/www/html",
];

/// Returns `true` if an absolute path is a directory before an instruction.
pub(super) fn before(checking: &Checking<'_>, at: At, path: &str) -> Directory {
    let At::Step { stage, step: nth } = at else {
        return Directory::Unknown;
    };
    let path = path.trim_end_matches('/');
    if path.is_empty() {
        return Directory::There;
    }
    let chain = walk::chain(checking.resolved, stage);
    let root = chain
        .first()
        .and_then(|root| checking.resolved.stages().get(*root));
    let mut known = match root.map(|root| root.base()) {
        Some(ResolvedBase::Scratch) => Directory::Absent,
        Some(ResolvedBase::Image(_)) if STANDARD.contains(&path) => return Directory::There,
        Some(ResolvedBase::Image(image)) => {
            let top = path.get(1..).unwrap_or_default().split('/').next();
            let is_standard = STANDARD.iter().any(|known| known.get(1..) == top);
            match images::known(image) {
                Some(_) if !is_standard => Directory::Absent,
                _ => Directory::Unknown,
            }
        }
        _ => Directory::Unknown,
    };
    for below in chain {
        let last = below == stage;
        for (n, step) in walk::steps(checking, below).enumerate() {
            if last && n >= nth {
                break;
            }
            match made(&step, path) {
                Some(Directory::There) => return Directory::There,
                Some(found) => known = found,
                None => {}
            }
        }
    }
    known
}

/// Returns what an instruction says about a path; `None` if it does not touch the path.
fn made(step: &walk::Step<'_>, path: &str) -> Option<Directory> {
    match step.action? {
        Action::Directory(made) => is_in(&made.directory, path).then_some(Directory::There),
        Action::Copy(copy) => {
            let destination = &copy.destination;
            let target = destination.trim_end_matches('/');
            if is_in(target, path) && (target != path || destination.ends_with('/')) {
                Some(Directory::There)
            } else {
                is_in(path, target).then_some(Directory::Unknown)
            }
        }
        Action::Run(_) => {
            let named = step.arguments().any(|text| names(text, path));
            Some(if named {
                Directory::There
            } else {
                Directory::Unknown
            })
        }
    }
}

/// Returns `true` if a path is another one, or below it.
pub(super) fn is_in(path: &str, above: &str) -> bool {
    let rest = path.strip_prefix(above.trim_end_matches('/'));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Returns `true` if a text names a path.
fn names(text: &str, path: &str) -> bool {
    let continues = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    text.match_indices(path).any(|(at, _)| {
        let rest = text.get(at + path.len()..).unwrap_or_default();
        !rest.starts_with(continues)
    })
}
