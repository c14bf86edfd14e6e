//! `At` and `Part`: the places of a model and what is in them, also as numbers that sort as the
//! text is written.

/// A place in the model: the file itself, a global ARG, a FROM, or a step of a stage. Positions
/// count from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum At {
    /// The file: its directives and comments.
    File,
    /// The n-th global ARG.
    Arg(usize),
    /// The FROM of the n-th stage.
    From(usize),
    /// An instruction of a stage.
    Step {
        /// The stage's position in the file.
        stage: usize,
        /// The instruction's position in the stage.
        step: usize,
    },
}

impl At {
    /// Returns the position of the stage that the place belongs to; `None` for the file and its
    /// global ARGs.
    pub fn stage(self) -> Option<usize> {
        match self {
            At::File | At::Arg(_) => None,
            At::From(stage) | At::Step { stage, .. } => Some(stage),
        }
    }
}

/// A part of an instruction. In each variant, `n` counts from 0.
/// See [`Layout`](super::Layout) for an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Part {
    /// All of it, heredoc bodies included.
    Whole,
    /// The keyword: `COPY`.
    Keyword,
    /// A comment line above it.
    Comment(usize),
    /// The n-th description above it; an ARG has one for each of its names.
    Description(usize),
    /// The n-th flag of this name, all of it: `--from=builder`.
    Flag(&'static str, usize),
    /// The value of the n-th flag of this name: `builder`.
    FlagValue(&'static str, usize),
    /// The value of a key of the n-th `--mount`.
    MountValue(&'static str, usize),
    /// The n-th flag that this crate has no field for.
    OtherFlag(usize),
    /// The value of the n-th flag that this crate has no field for.
    OtherFlagValue(usize),
    /// The base of a stage.
    Base,
    /// The word `AS` before the name of a stage.
    As,
    /// The name of a stage.
    Name,
    /// The n-th key of ENV and LABEL, or name of ARG.
    Key(usize),
    /// The n-th value of ENV, LABEL and ARG.
    Value(usize),
    /// The n-th argument: of EXPOSE, VOLUME, SHELL, an exec form; a source of COPY and ADD; the one
    /// argument of USER, WORKDIR, STOPSIGNAL and MAINTAINER.
    Argument(usize),
    /// The destination of COPY and ADD.
    Destination,
    /// The command: all of its text.
    Command,
    /// The n-th line of a command in shell form.
    CommandLine(usize),
    /// The body of the n-th heredoc.
    Heredoc(usize),
    /// The instruction inside an ONBUILD.
    Trigger,
    /// A directive: `syntax`, `escape` or `check`; or the line that begins with `#!`.
    Directive(&'static str),
}

/// The number of the file itself.
pub(super) const FILE: (u32, u32) = (0, 0);

/// A place as numbers in the order in which a text is written, so that what has been noted in it
/// needs no sorting.
pub(super) fn number_at(at: At) -> Option<(u32, u32)> {
    let number = |n: usize| u32::try_from(n).ok()?.checked_add(1);
    Some(match at {
        At::File => FILE,
        At::Arg(arg) => (0, number(arg)?),
        At::From(stage) => (number(stage)?, 0),
        At::Step { stage, step } => (number(stage)?, number(step)?),
    })
}

pub(super) fn place_at((major, minor): (u32, u32)) -> At {
    match (major as usize, minor as usize) {
        (0, 0) => At::File,
        (0, arg) => At::Arg(arg - 1),
        (stage, 0) => At::From(stage - 1),
        (stage, step) => At::Step {
            stage: stage - 1,
            step: step - 1,
        },
    }
}

/// The number of `Part::Keyword`.
pub(super) const KEYWORD: u8 = 1;

/// A part as a kind, a name and a number, which sort as parts do.
pub(super) fn number_part(part: Part) -> Option<(u8, &'static str, u32)> {
    let (kind, name, nth) = match part {
        Part::Whole => (0, "", 0),
        Part::Keyword => (KEYWORD, "", 0),
        Part::Comment(nth) => (2, "", nth),
        Part::Description(nth) => (3, "", nth),
        Part::Flag(name, nth) => (4, name, nth),
        Part::FlagValue(name, nth) => (5, name, nth),
        Part::MountValue(name, nth) => (6, name, nth),
        Part::OtherFlag(nth) => (7, "", nth),
        Part::OtherFlagValue(nth) => (8, "", nth),
        Part::Base => (9, "", 0),
        Part::As => (10, "", 0),
        Part::Name => (11, "", 0),
        Part::Key(nth) => (12, "", nth),
        Part::Value(nth) => (13, "", nth),
        Part::Argument(nth) => (14, "", nth),
        Part::Destination => (15, "", 0),
        Part::Command => (16, "", 0),
        Part::CommandLine(nth) => (17, "", nth),
        Part::Heredoc(nth) => (18, "", nth),
        Part::Trigger => (19, "", 0),
        Part::Directive(name) => (20, name, 0),
    };
    Some((kind, name, u32::try_from(nth).ok()?))
}

pub(super) fn part_of((kind, name, nth): (u8, &'static str, u32)) -> Part {
    let nth = nth as usize;
    match kind {
        0 => Part::Whole,
        KEYWORD => Part::Keyword,
        2 => Part::Comment(nth),
        3 => Part::Description(nth),
        4 => Part::Flag(name, nth),
        5 => Part::FlagValue(name, nth),
        6 => Part::MountValue(name, nth),
        7 => Part::OtherFlag(nth),
        8 => Part::OtherFlagValue(nth),
        9 => Part::Base,
        10 => Part::As,
        11 => Part::Name,
        12 => Part::Key(nth),
        13 => Part::Value(nth),
        14 => Part::Argument(nth),
        15 => Part::Destination,
        16 => Part::Command,
        17 => Part::CommandLine(nth),
        18 => Part::Heredoc(nth),
        19 => Part::Trigger,
        _ => Part::Directive(name),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::syntax) fn parts() -> Vec<Part> {
        vec![
            Part::Whole,
            Part::Keyword,
            Part::Comment(3),
            Part::Description(1),
            Part::Flag("chown", 1),
            Part::Flag("from", 0),
            Part::FlagValue("chown", 0),
            Part::FlagValue("chown", 1),
            Part::MountValue("from", 2),
            Part::OtherFlag(0),
            Part::OtherFlagValue(1),
            Part::Base,
            Part::As,
            Part::Name,
            Part::Key(0),
            Part::Value(1),
            Part::Argument(7),
            Part::Destination,
            Part::Command,
            Part::CommandLine(2),
            Part::Heredoc(1),
            Part::Trigger,
            Part::Directive("check"),
            Part::Directive("syntax"),
        ]
    }

    #[test]
    fn parts_come_back_in_their_order() {
        let parts = parts();
        assert!(parts.is_sorted());
        let numbers: Vec<_> = parts.iter().filter_map(|part| number_part(*part)).collect();
        assert!(numbers.is_sorted_by(|a, b| a < b));
        let back: Vec<Part> = numbers.into_iter().map(part_of).collect();
        assert_eq!(back, parts);
    }
}
