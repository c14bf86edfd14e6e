//! `EpochSource`: where `SOURCE_DATE_EPOCH` takes its date from.

use std::fmt;

use super::{Context, StageName};

/// The build argument that says which date an image and its files get.
pub(crate) const SOURCE_DATE_EPOCH: &str = "SOURCE_DATE_EPOCH";

/// The source of the date in `SOURCE_DATE_EPOCH`: a value for
/// [`Dockerfile::source_date_epoch`](crate::Dockerfile::source_date_epoch), which has an example.
///
/// [Reference](https://docs.docker.com/build/ci/github-actions/reproducible-builds/)
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EpochSource {
    /// Seconds since 1970.
    Timestamp(i64),
    /// The build context.
    BuildContext,
    /// A named context.
    Context(Context),
    /// A stage of one remote ADD upon `scratch`.
    Stage(StageName),
}

/// The value in the text of a Dockerfile.
impl fmt::Display for EpochSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EpochSource::Timestamp(seconds) => seconds.fmt(f),
            EpochSource::BuildContext => f.write_str("context"),
            EpochSource::Context(context) => context.fmt(f),
            EpochSource::Stage(stage) => stage.fmt(f),
        }
    }
}

macro_rules! epoch_source {
    ($($kind:ident($type:ty)),*) => {$(
        impl From<$type> for EpochSource {
            fn from(source: $type) -> EpochSource {
                EpochSource::$kind(source)
            }
        }

        impl From<&$type> for EpochSource {
            fn from(source: &$type) -> EpochSource {
                EpochSource::$kind(source.clone())
            }
        }
    )*};
}

epoch_source!(Stage(StageName), Context(Context));

impl From<i64> for EpochSource {
    fn from(seconds: i64) -> EpochSource {
        EpochSource::Timestamp(seconds)
    }
}
