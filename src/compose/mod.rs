//! What a file is composed from: fragments, packages, labels.

mod fragment;
pub mod labels;
mod packages;

pub use self::fragment::Fragment;
pub use self::packages::Packages;
