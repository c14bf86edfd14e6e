//! The rules about what a build makes of a file: the checks of `docker build --check`, and what Docker refuses for
//! the arguments, the platform and the bases at hand.

pub(super) mod deprecated_maintainer;
pub(super) mod failing_expansion;
pub(super) mod invalid_expanded_value;
