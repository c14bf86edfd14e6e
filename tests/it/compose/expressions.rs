//! Bases that are expressions: reading, renaming and merging keep what every build makes of them,
//! or are rejected.
//!
//! What a build makes of a base is worked out here from the text alone.

use multistage::{Dockerfile, Parsed, error::RenameError, merge::MergeConflict};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::spec;

/// A file as far as bases go: its global arguments, and each stage with its base and its name.
#[derive(Debug)]
struct Bases {
    args: Vec<(String, Option<String>)>,
    stages: Vec<(String, String)>,
}

/// What a base is for a build.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Base {
    Stage(usize),
    Image(String),
}

/// A build: the system and architecture of its platform, and a build argument.
type Build<'b> = ([&'b str; 2], Option<(&'b str, &'b str)>);

const PLATFORMS: [[&str; 2]; 3] = [["linux", "amd64"], ["windows", "amd64"], ["linux", "arm"]];

impl Bases {
    fn of(text: &str) -> Bases {
        let mut bases = Bases {
            args: Vec::new(),
            stages: Vec::new(),
        };
        for line in text.lines() {
            let words: Vec<&str> = line.split(' ').collect();
            match words.as_slice() {
                ["ARG", arg] => bases.args.push(match arg.split_once('=') {
                    Some((name, default)) => (name.to_owned(), Some(default.to_owned())),
                    None => ((*arg).to_owned(), None),
                }),
                ["FROM", base, "AS", name] => {
                    bases.stages.push(((*base).to_owned(), (*name).to_owned()));
                }
                ["FROM", base] => bases.stages.push(((*base).to_owned(), String::new())),
                _ => assert_eq!(line, "", "a line that is not known here"),
            }
        }
        bases
    }

    /// What each base is.
    fn resolve(&self, ([system, architecture], given): Build<'_>) -> Vec<Base> {
        let mut env: Vec<(String, String)> = vec![
            ("TARGETOS".to_owned(), system.to_owned()),
            ("TARGETARCH".to_owned(), architecture.to_owned()),
        ];
        let value = |env: &[(String, String)], text: &str| {
            let get = |name: &str| {
                let found = env.iter().rev().find(|(known, _)| known == name);
                found.map(|(_, value)| value.clone())
            };
            spec::eval(text, '\\', &get).expect("it can be expanded")
        };
        for (name, default) in &self.args {
            match (given.filter(|(arg, _)| arg == name), default) {
                (Some((_, given)), _) => env.push((name.clone(), given.to_owned())),
                (None, Some(default)) => {
                    let default = value(&env, default);
                    env.push((name.clone(), default));
                }
                (None, None) => {}
            }
        }
        let base = |(n, (base, _)): (usize, &(String, String))| {
            let text = value(&env, base);
            let above = self.stages.iter().take(n);
            let stage = above.rev().position(|(_, name)| *name == text);
            stage.map_or(Base::Image(text), |back| Base::Stage(n - 1 - back))
        };
        self.stages.iter().enumerate().map(base).collect()
    }

    /// Builds without an argument, then builds that give an argument the name of a stage.
    fn builds(&self) -> impl Iterator<Item = Build<'_>> {
        let named = self.args.iter().flat_map(|(arg, _)| {
            let names = self.stages.iter().map(|(_, name)| name.as_str());
            names.map(move |name| Some((arg.as_str(), name)))
        });
        std::iter::once(None)
            .chain(named)
            .flat_map(|given| PLATFORMS.map(|platform| (platform, given)))
    }

    /// Holds that every stage has the base that it had. `offset`: how many stages precede them now.
    fn are_kept(&self, after: &Bases, offset: usize, prefix: &str) -> Result<(), TestCaseError> {
        let names_stage = |n: usize| {
            self.builds()
                .any(|build| matches!(self.resolve(build).get(n), Some(Base::Stage(_))))
        };
        for build in self.builds() {
            let (old, new) = (self.resolve(build), after.resolve(build));
            for (n, old) in old.into_iter().enumerate() {
                let new = &new[n + offset];
                let kept = match (&old, new) {
                    (Base::Stage(old), Base::Stage(new)) if old + offset == *new => true,
                    // What an argument says in place of a default that is an image is another
                    // image.
                    (Base::Image(_), Base::Image(_)) if build.1.is_some() => true,
                    // A stage of the file that it was merged into is named by no argument, unless
                    // that is all of a base.
                    (Base::Image(_), Base::Stage(new)) if build.1.is_some() => {
                        *new >= offset || is_variables(&self.stages[n].0)
                    }
                    // A choice among stages that none has been made of.
                    (Base::Image(old), Base::Image(new)) => {
                        let tagged = format!("{old}:latest");
                        // Without an argument that it needs, `p-$V` is `p-`, which Docker rejects:
                        // there is no build to keep.
                        self.is_required(n)
                            || old == new
                            || tagged == *new
                            || (names_stage(n) && *new == format!("{prefix}{old}"))
                    }
                    (Base::Stage(_), _) => {
                        // By default an image: an argument that names a stage is not followed.
                        let default = |platform| self.resolve((platform, None))[n].clone();
                        let image = |platform| matches!(default(platform), Base::Image(image) if !image.is_empty());
                        build.1.is_some()
                            && PLATFORMS.into_iter().all(image)
                            && !self.is_required(n)
                    }
                    (Base::Image(_), Base::Stage(_)) => false,
                };
                prop_assert!(
                    kept,
                    "stage {n} of {self:?} with {build:?}: {old:?}, {new:?} of {after:?}"
                );
            }
        }
        Ok(())
    }

    /// Whether Docker rejects a base unless a build argument sets a variable of it.
    fn is_required(&self, n: usize) -> bool {
        let is_edge = |c: char| c.is_ascii_alphanumeric();
        PLATFORMS.into_iter().any(|platform| {
            matches!(&self.resolve((platform, None))[n], Base::Image(image)
                if !image.starts_with(is_edge) || !image.ends_with(is_edge))
        })
    }
}

/// Whether a base is made of variables alone.
fn is_variables(base: &str) -> bool {
    let variables = base.split('$').skip(1);
    base.starts_with('$')
        && variables
            .into_iter()
            .all(|rest| match rest.strip_prefix('{') {
                Some(rest) => rest.find('}').is_none_or(|end| end + 1 == rest.len()),
                None => rest.bytes().all(|b| b.is_ascii_uppercase() || b == b'}'),
            })
}

const NAMES: [&str; 11] = [
    "a",
    "a-1",
    "a-2",
    "p",
    "p-a",
    "linux",
    "windows",
    "bin-linux",
    "bin-arm",
    "node",
    "a-amd64",
];

/// Files of bases.
fn any_text(names: usize) -> impl Strategy<Value = String> {
    let arg = select(vec![
        "",
        "=a",
        "=linux",
        "=node",
        "=reg.example/x:1",
        "=$TARGETOS",
        "=bin",
        "=p-a",
        "=a-1",
        "=a-2",
        "=",
    ]);
    let base = select(vec![
        "alpine:3",
        "node",
        "$V",
        "${TARGETOS}",
        "bin-$TARGETOS",
        "bin-${TARGETARCH}",
        "$V-$TARGETARCH",
        "${W:-a}",
        "${W-node}",
        "bin-$W",
        "a-$W",
        "$W",
        "p-$V",
        "$V$W",
        "${V:-p-$W}",
        "a${W:+-1}",
        "a",
        "a-1",
        "bin-linux",
    ]);
    let stage = (base, select(NAMES[..names].to_vec()));
    let stages = vec(stage, 1..6);
    (vec(arg, 0..3), stages).prop_map(|(args, stages)| {
        let mut text = String::new();
        for (name, default) in ["V", "W"].iter().zip(args) {
            text += &format!("ARG {name}{default}\n");
        }
        for (base, name) in stages {
            text += &format!("FROM {base} AS {name}\n");
        }
        text
    })
}

fn parse(text: &str) -> Dockerfile {
    Dockerfile::parse(text).expect("it is read")
}

/// A file, unless it is rejected, or an image in it would be a stage.
fn read(text: &str) -> Option<(Dockerfile, Bases)> {
    let file = Dockerfile::parse(text).ok()?;
    let text = file.render().ok()?;
    Some((file, Bases::of(&text)))
}

proptest! {
    #![proptest_config(crate::cases::usually(1024))]

    #[test]
    fn reading_keeps_bases(text in any_text(4)) {
        // Four names for up to five stages.
        if let Ok(mut file) = Dockerfile::parse(&text) {
            file.allow("undefined-arg-in-from");
            let written = file.render();
            prop_assert!(written.is_ok(), "{text}{}", file.check());
            Bases::of(&text).are_kept(&Bases::of(&written.unwrap()), 0, "")?;
        }
    }

    #[test]
    fn renaming_keeps_bases(text in any_text(NAMES.len()), from in select(&NAMES[..]), to in select(&NAMES[..])) {
        let Some((file, bases)) = read(&text) else { return Ok(()) };
        let mut renamed = file.clone();
        match renamed.rename(from, to) {
            Ok(_) => if let Ok(text) = renamed.render() {
                bases.are_kept(&Bases::of(&text), 0, "")?;
            },
            Err(_) => prop_assert_eq!(renamed, file),
        }
    }

    #[test]
    fn merging_keeps_bases(here in any_text(NAMES.len()), there in any_text(NAMES.len()), prefix in any::<bool>()) {
        let (Some((here, before)), Some((there, other))) = (read(&here), read(&there)) else { return Ok(()) };
        let mut file = here.clone();
        let merged = if prefix { file.merge_under("p", there) } else { file.merge(there) };
        if merged.is_err() {
            prop_assert_eq!(file, here);
            return Ok(());
        }
        let written = file.render();
        prop_assert!(written.is_ok(), "{}", file.check());
        let after = Bases::of(&written.unwrap());
        before.are_kept(&after, 0, "")?;
        other.are_kept(&after, before.stages.len(), "p-")?;
    }
}

#[test]
fn an_expression_that_is_an_image_gets_no_prefix() {
    let text = "ARG RUNTIME=registry.example/team/runtime:latest\nFROM alpine AS go-deps\n\
                FROM $RUNTIME-$TARGETARCH AS runtime\n";
    let mut file = Dockerfile::new();
    file.merge_under("p2", parse(text))
        .expect("it can be merged");
    let written = file.render().expect("it is right");
    assert!(written.contains("FROM alpine AS p2-go-deps\n"), "{written}");
    assert!(
        written.contains("FROM $RUNTIME-$TARGETARCH AS p2-runtime\n"),
        "{written}"
    );
    let mut file = parse(text);
    file.rename("go-deps", "deps").expect("no base names it");
}

#[test]
fn a_platform_argument_names_stages() {
    let text = "FROM alpine AS linux\nFROM mcr.example/nano AS windows\nFROM alpine AS tools\nFROM ${TARGETOS} AS app\n";
    let mut file = parse(text);
    let error = file
        .rename("linux", "tux")
        .expect_err("the base cannot follow");
    assert_eq!(
        error.to_string(),
        "FROM `${TARGETOS}` can name the stage `linux`, and could not name it as `tux`: for the same build arguments \
         Docker would pull an image `linux`"
    );
    assert!(matches!(
        file.rename("tools", "darwin"),
        Err(RenameError::ShadowedBase { .. })
    ));
    file.rename("tools", "helpers").expect("no base names it");
    let mut merged = parse("FROM busybox AS linux\n");
    let error = merged.merge(parse(text)).expect_err("the name is taken");
    assert!(matches!(
        error.conflicts()[0],
        MergeConflict::BrokenBase { .. }
    ));
    merged
        .merge_under("p", parse(text))
        .expect("it can be merged");
    let written = merged.render().expect("it is right");
    assert!(written.contains("FROM p-${TARGETOS} AS p-app"), "{written}");
}

#[test]
fn a_prefix_gives_no_name_that_a_stage_keeps() {
    let other = "ARG V=p-a\nFROM alpine:3 AS p-a\nFROM $V$W AS b\nFROM busybox AS a\n";
    let mut file = parse("FROM alpine\n");
    let before = file.clone();
    let error = file
        .merge_under("p", parse(other))
        .expect_err("two stages would be named `p-a`");
    assert!(matches!(
        error.conflicts()[0],
        MergeConflict::CaughtBase { .. }
    ));
    assert_eq!(file, before);
    file.merge_under("q", parse(other))
        .expect("no name is taken");
    assert!(file.render().is_ok());
}

#[test]
fn an_argument_without_a_default_names_stages() {
    let text = "ARG V\nFROM alpine AS dev\nFROM alpine AS prod\nFROM $V AS app\n";
    let mut file = parse(text);
    assert!(matches!(
        file.rename("dev", "x"),
        Err(RenameError::BrokenBase { .. })
    ));
    file.rename("app", "main").expect("no base names it");
    let mut file = Dockerfile::new();
    file.merge_under("p", parse(text))
        .expect("it can be merged");
    let written = file.render().expect("it is right");
    assert!(
        written.contains("AS dev\n") && written.contains("AS prod\n"),
        "{written}"
    );
    assert!(written.contains("FROM $V AS p-app"), "{written}");
    file.merge_under("q", parse(text))
        .expect_err("the stages of both are what the argument says");
}

/// A default that Docker rejects is none, and text beside a variable says of which stages it is
/// one.
#[test]
fn what_an_argument_can_name_is_kept_or_rejected() {
    let mut file = parse("ARG V=\nFROM alpine AS dev\nFROM $V AS app\n");
    assert!(matches!(
        file.rename("dev", "x"),
        Err(RenameError::BrokenBase { .. })
    ));
    let there = "ARG V=1\nFROM bin-$V AS app\n";
    let error = parse("FROM alpine AS bin-2\n").merge(parse(there));
    assert_eq!(
        error.expect_err("`V=2` names it").to_string(),
        "FROM `bin-$V` of the file that is merged would name the stage `bin-2` of this file: rename the stage"
    );
    parse("FROM alpine AS tools\n")
        .merge(parse(there))
        .expect("no argument makes that of it");
    // An expression that is an image above the stage that it names.
    let there =
        "FROM bin-$TARGETOS AS bin-linux\nFROM bin-$TARGETOS AS app\nFROM bin-$TARGETOS AS more\n";
    let mut file = Dockerfile::new();
    file.merge_under("p", parse(there))
        .expect("it can be merged");
    assert_eq!(
        file.render().expect("it is right"),
        "FROM bin-$TARGETOS AS p-bin-linux\n\nFROM p-bin-$TARGETOS AS p-app\n\nFROM p-bin-$TARGETOS AS p-more\n"
    );
}

#[test]
fn a_new_name_is_not_that_of_an_image() {
    let there = "FROM alpine AS x\nFROM busybox\nCOPY --from=p-x /a /b\nCOPY --from=p /a /c\n";
    let mut file = Dockerfile::new();
    file.merge_under("p", parse(there))
        .expect("it can be merged");
    let written = file.render().expect("it is right");
    assert!(
        written.contains("COPY --from=p-x:latest /a /b\nCOPY --from=p:latest /a /c\n"),
        "{written}"
    );
    let mut file = Dockerfile::new();
    file.merge_under("p", parse("ARG B=p\nFROM alpine AS p\nFROM $B\n"))
        .expect("it can be merged");
    assert!(
        file.render()
            .expect("it is right")
            .contains("FROM $B AS p-2")
    );
}

/// The rules of the diagnostics of a text.
fn rules(text: &str) -> Vec<&'static str> {
    let parsed = Parsed::new(text);
    let diagnostics = parsed.report().diagnostics().iter();
    diagnostics.map(|diagnostic| diagnostic.rule.id).collect()
}

#[test]
fn a_hidden_stage_that_an_expression_names_is_refused() {
    for text in [
        "ARG E=a\nFROM e AS stage_a\nFROM stage_${E} AS b\nFROM e AS stage_a\n",
        "ARG E=a\nFROM e AS stage_a\nFROM stage_${E} AS stage_a\n",
        "ARG A\nFROM e AS scratch\nFROM ${A:-scratch}\n",
        "FROM e AS linux\nFROM $TARGETOS AS b\nFROM e AS linux\n",
        "ARG V\nFROM e AS a\nFROM $V AS b\nFROM e AS a\n",
    ] {
        assert!(rules(text).contains(&"ambiguous-stage"), "{text}");
    }
    let error =
        Dockerfile::parse("ARG E=a\nFROM e AS stage_a\nFROM stage_$E AS b\nFROM e AS stage_a\n");
    let error = error.expect_err("it is rejected").to_string();
    assert!(
        error.contains("`stage_a` is the name of a later stage too, and FROM `stage_$E` can name this stage by it"),
        "{error}"
    );
    // The base is above it, below the next of the name, or an image.
    for text in [
        "ARG E=a\nFROM stage_${E} AS b\nFROM e AS stage_a\nFROM e AS stage_a\n",
        "ARG E=a\nFROM e AS stage_a\nFROM e AS stage_a\nFROM stage_${E} AS b\n",
        "ARG I=alpine:3\nFROM e AS a\nFROM $I AS b\nFROM e AS a\n",
    ] {
        assert_eq!(rules(text), ["renamed-stage"], "{text}");
    }
}

#[test]
fn a_hidden_stage_gets_a_name_that_is_no_image_of_the_file() {
    let text = "FROM e AS a\nFROM e AS a\nFROM a-1\nCOPY --from=a-2 /x /\n";
    let file = parse(text);
    assert_eq!(
        file.render().expect("it is right"),
        "FROM e AS a-3\n\nFROM e AS a\n\nFROM a-1\nCOPY --from=a-2 /x /\n"
    );
}
