//! The bounds within which the crate works, so that no input makes it slow or large.
//!
//! Two of them are Docker's own: [`LINE`] and [`JSON_DEPTH`]. The others lie far beyond what files
//! hold; each says what happens beyond it. A later version may raise one, which is not a breaking
//! change.

// What Docker has.

/// Bytes of a line, without its newline. Docker rejects a longer one, and so do reading and
/// rendering (`line-too-long`).
pub const LINE: usize = 65_535;

/// Levels of a JSON array in exec form. Docker's decoder rejects more, and reads the line as shell
/// form.
pub const JSON_DEPTH: usize = 10_000;

// What values may be.

/// Levels of `${A:-${B:-…}}`. A deeper expression given to [`expr`](crate::expr) is an error
/// (`invalid-expression`); one that is read is kept as it is spelled, and nothing is known of it.
pub const EXPRESSION_DEPTH: usize = 64;

/// Levels of data. Deeper data is an error.
pub const DATA_DEPTH: usize = 128;

/// Variants of a recipe. A matrix of more is an error.
pub const VARIANTS: usize = 10_000;

/// Bytes of data of a recipe's variant. A larger one is an error.
pub const VARIANT_DATA: usize = 16 << 20;

/// Bytes of data of all variants of a recipe, if they are made at once. More is an error; made one
/// by one, there is no bound.
pub const VARIANTS_DATA: usize = 8 * VARIANT_DATA;

/// Steps of the regular expression that Docker makes of a pattern of an ignore file. A larger one,
/// such as `a{1000000}`, is an error.
pub const PATTERN_STEPS: usize = 1 << 17;

// How much work is done.

/// Steps that all values of a file may take to expand. Beyond it the values are unknown, which is
/// reported (`failing-expansion`).
pub const VALUE_STEPS: u64 = 256 << 20;

/// ONBUILD triggers that run, all stages together. More are reported and do not run.
pub const TRIGGERS: usize = 1 << 16;

/// Letters that are compared to find the stages that `FROM $BASE` can name. Beyond it, it can name
/// every stage.
pub const BASE_LETTERS: usize = 1 << 24;

/// Names that are compared with such a base. Beyond it, it can name every stage.
pub const BASE_COMPARISONS: usize = 1 << 20;

/// Bytes of a value that such a base is made of. A longer one can be anything.
pub const BASE_VALUE: usize = 1024;

/// Stages that are followed from a stage to what it starts from, to find what sets a variable or
/// mounts a cache.
pub const BASE_CHAIN: usize = 64;

/// Comparisons of lines to find the fewest differences of two texts. Beyond it, all lines in
/// between differ.
pub const DIFF_WORK: usize = 50_000_000;

/// Steps and settings that a comparison of two files looks at, all targets together. Beyond it,
/// what is listed of a target is not complete (`TargetComparison::is_complete`).
pub const COMPARED: usize = 1 << 20;

/// Lines below an instruction that takes no heredoc in which the end of one is looked for.
pub const STRAY_HEREDOC: usize = 200;

// How much is reported.

/// Problems of data that are reported one by one; of the others, the report has their number.
pub const DATA_PROBLEMS: usize = 50;

/// Lines of an error of a recipe. Of the others it says that there are more.
pub const RECIPE_PROBLEMS: usize = 1000;

/// Letters of a name that "did you mean" is asked for.
pub const SUGGESTED_NAME: usize = 64;

/// Names that a misspelt one is compared with.
pub const SUGGESTED_NAMES: usize = 1000;

/// Names of a report that "did you mean" is asked for.
pub const SUGGESTIONS: usize = 100;

/// Mounts of a RUN that the rules about caches look at.
pub const RULE_MOUNTS: usize = 16;

/// Cache mounts of a stage that `copy-from-cache-mount` looks at.
pub const RULE_CACHES: usize = 64;

/// Instructions that `copy-from-cache-mount` looks at, those of a stage again for each one that
/// starts from it.
pub const RULE_STEPS: usize = 1 << 18;

/// Packages of a stage that `build-tools-in-final-stage` remembers.
pub const RULE_PACKAGES: usize = 256;

/// Destinations of a file that the rules about COPY look up.
pub const RULE_LOOKUPS: usize = 100;

/// Secrets of a RUN that `secret-in-run` reports.
pub const RULE_SECRETS: usize = 64;

/// Final stages of a file that the rules about stages look at.
pub const RULE_FINALS: usize = 64;
