//! `Layout`: where the parts of a model are in a text. Writer and reader fill the same one.

use std::fmt;
use std::ops::Range;

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

/// A part of an instruction. In each variant, `n` counts from 0. See [`Layout`] for an example.
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

/// The places of a model's parts in a text, by byte range.
/// [`Parsed::layout`](crate::Parsed::layout) returns it. A text of more than 4 GB has none.
///
/// ```
/// # #[cfg(feature = "parse")] {
/// use multistage::{Parsed, layout::{At, Part}};
///
/// let parsed = Parsed::new("FROM alpine AS base\n");
/// let layout = parsed.layout();
/// assert_eq!(layout.span(At::From(0), Part::Base), Some(5..11));
/// assert_eq!(layout.span(At::From(0), Part::Name), Some(15..19));
/// assert!(layout.iter().any(|(at, part, _)| (at, part) == (At::From(0), Part::Keyword)));
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Layout {
    /// The places of which something has been noted, each with its first spot.
    places: Vec<Place>,
    spots: Vec<Spot>,
    /// The names of flags, keys and directives that occur.
    names: Vec<&'static str>,
}

/// A place, in numbers that sort as the text is written, and where its spots begin.
#[derive(Debug, Clone, Copy)]
struct Place {
    at: (u32, u32),
    first: u32,
}

/// A part of a place and where it is.
#[derive(Debug, Clone, Copy)]
struct Spot {
    kind: u8,
    /// The number of the name, for a kind that has one.
    name: u8,
    nth: u32,
    start: u32,
    end: u32,
}

impl Layout {
    /// Returns the bytes of a part; `None` if the text has no such part.
    pub fn span(&self, at: At, part: Part) -> Option<Range<usize>> {
        let at = number_at(at)?;
        let place = self
            .places
            .binary_search_by_key(&at, |place| place.at)
            .ok()?;
        let (kind, name, nth) = number_part(part)?;
        let spots = self.spots_of(place);
        let first = spots.partition_point(|spot| self.key(spot) < (kind, name, nth));
        let spot = spots.get(first)?;
        (self.key(spot) == (kind, name, nth)).then(|| spot.span())
    }

    /// The start of a place: its first comment, or the instruction.
    pub(crate) fn start(&self, at: At) -> Option<usize> {
        let at = number_at(at)?;
        let place = self.places.binary_search_by_key(&at, |place| place.at);
        let mut first = None;
        for spot in self.spots_of(place.ok()?) {
            let part = part_of(self.key(spot));
            if matches!(part, Part::Whole | Part::Comment(_) | Part::Description(_)) {
                let start = spot.span().start;
                first = Some(first.map_or(start, |first: usize| first.min(start)));
            }
        }
        first
    }

    /// The ranges of the bodies of heredocs, in order.
    pub(crate) fn bodies(&self) -> Vec<Range<usize>> {
        let mut bodies = Vec::new();
        for spot in &self.spots {
            if matches!(part_of(self.key(spot)), Part::Heredoc(_)) {
                bodies.push(spot.span());
            }
        }
        bodies
    }

    /// The range of a part of the place that was noted last, while the text is still being read.
    pub(crate) fn latest(&self, at: At, part: Part) -> Option<Range<usize>> {
        let last = self.places.len().checked_sub(1)?;
        let place = self.places.get(last)?;
        let key = number_part(part)?;
        let mut spots = self.spots_of(last).iter().rev();
        let spot = spots.find(|spot| self.key(spot) == key)?;
        (Some(place.at) == number_at(at)).then(|| spot.span())
    }

    /// Moves what has been noted last of a place and is at `from` or after it.
    pub(crate) fn shift(&mut self, at: At, from: usize, by: usize) {
        let Some(place) = self.places.last() else {
            return;
        };
        if Some(place.at) != number_at(at) {
            return;
        }
        for spot in self.spots.iter_mut().skip(place.first as usize) {
            let span = spot.span();
            if span.start >= from {
                let moved = number_span(&(span.start + by..span.end + by));
                (spot.start, spot.end) = moved.unwrap_or((u32::MAX, u32::MAX));
            }
        }
    }

    /// Returns all parts with their bytes, in the order of the text's places.
    pub fn iter(&self) -> impl Iterator<Item = (At, Part, Range<usize>)> + '_ {
        let places = self.places.iter().enumerate();
        places.flat_map(move |(n, place)| {
            let spots = self.spots_of(n).iter();
            let at = place_at(place.at);
            spots.map(move |spot| (at, part_of(self.key(spot)), spot.span()))
        })
    }

    pub(crate) fn mark(&mut self, at: At, part: Part, span: Range<usize>) {
        let (Some(at), Some((kind, name, nth)), Some((start, end))) =
            (number_at(at), number_part(part), number_span(&span))
        else {
            return;
        };
        let Ok(first) = u32::try_from(self.spots.len()) else {
            return;
        };
        let Some(name) = self.name(name) else { return };
        if self.places.last().is_none_or(|place| place.at != at) {
            self.places.push(Place { at, first });
        }
        self.spots.push(Spot {
            kind,
            name,
            nth,
            start,
            end,
        });
    }

    /// The number of a name. There are no more of them than flags, keys of mounts and directives.
    fn name(&mut self, name: &'static str) -> Option<u8> {
        if name.is_empty() {
            return Some(0);
        }
        let known = self.names.iter().position(|known| *known == name);
        let at = known.unwrap_or_else(|| {
            self.names.push(name);
            self.names.len() - 1
        });
        u8::try_from(at + 1).ok()
    }

    /// Brings the parts into the order that `span` searches.
    pub(crate) fn finish(&mut self) {
        self.places.shrink_to_fit();
        self.spots.shrink_to_fit();
        // Mostly the places are in order.
        if !self.places.is_sorted_by(|a, b| a.at < b.at) {
            self.sort_places();
        }
        let mut spots = std::mem::take(&mut self.spots);
        for n in 0..self.places.len() {
            let range = self.range_of(n, spots.len());
            if let Some(own) = spots.get_mut(range) {
                own.sort_by_key(|spot| self.key(spot));
            }
        }
        self.spots = spots;
    }

    /// Brings the places into the order of the text, each once.
    fn sort_places(&mut self) {
        let mut order: Vec<usize> = (0..self.places.len()).collect();
        order.sort_unstable_by_key(|n| (self.places.get(*n).map(|place| place.at), *n));
        let mut sorted = Layout {
            places: Vec::with_capacity(self.places.len()),
            spots: Vec::with_capacity(self.spots.len()),
            names: std::mem::take(&mut self.names),
        };
        for n in order {
            let (Some(place), Ok(first)) = (self.places.get(n), u32::try_from(sorted.spots.len()))
            else {
                continue;
            };
            if sorted.places.last().is_none_or(|last| last.at != place.at) {
                sorted.places.push(Place {
                    at: place.at,
                    first,
                });
            }
            sorted.spots.extend_from_slice(self.spots_of(n));
        }
        *self = sorted;
    }

    /// The range of the spots of a place, among so many.
    fn range_of(&self, place: usize, count: usize) -> Range<usize> {
        let first = |place: &Place| place.first as usize;
        let start = self.places.get(place).map_or(count, first);
        start..self.places.get(place + 1).map_or(count, first)
    }

    fn spots_of(&self, place: usize) -> &[Spot] {
        let range = self.range_of(place, self.spots.len());
        self.spots.get(range).unwrap_or_default()
    }

    /// The order of the parts of a place.
    fn key(&self, spot: &Spot) -> (u8, &'static str, u32) {
        let name = usize::from(spot.name).checked_sub(1);
        let name = name.and_then(|name| self.names.get(name));
        (spot.kind, name.copied().unwrap_or_default(), spot.nth)
    }
}

impl PartialEq for Layout {
    fn eq(&self, other: &Layout) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Layout {}

impl fmt::Debug for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl Spot {
    fn span(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A place as numbers in the order in which a text is written, so that what has been noted in it
/// needs no sorting.
fn number_at(at: At) -> Option<(u32, u32)> {
    let number = |n: usize| u32::try_from(n).ok()?.checked_add(1);
    Some(match at {
        At::File => (0, 0),
        At::Arg(arg) => (0, number(arg)?),
        At::From(stage) => (number(stage)?, 0),
        At::Step { stage, step } => (number(stage)?, number(step)?),
    })
}

fn place_at((major, minor): (u32, u32)) -> At {
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

fn number_span(span: &Range<usize>) -> Option<(u32, u32)> {
    Some((
        u32::try_from(span.start).ok()?,
        u32::try_from(span.end).ok()?,
    ))
}

/// A part as a kind, a name and a number, which sort as parts do.
fn number_part(part: Part) -> Option<(u8, &'static str, u32)> {
    let (kind, name, nth) = match part {
        Part::Whole => (0, "", 0),
        Part::Keyword => (1, "", 0),
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

fn part_of((kind, name, nth): (u8, &'static str, u32)) -> Part {
    let nth = nth as usize;
    match kind {
        0 => Part::Whole,
        1 => Part::Keyword,
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
mod tests {
    use super::*;

    fn parts() -> Vec<Part> {
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

    #[test]
    fn what_is_noted_out_of_order_is_found() {
        let places = [
            At::File,
            At::Arg(0),
            At::From(0),
            At::Step { stage: 0, step: 0 },
            At::Step { stage: 0, step: 1 },
            At::From(1),
        ];
        let mut layout = Layout::default();
        for (n, at) in places.iter().enumerate().rev() {
            for (m, part) in parts().into_iter().enumerate().rev() {
                layout.mark(*at, part, n..n + m);
            }
        }
        layout.mark(At::File, Part::Whole, 9..9);
        layout.finish();
        for (n, at) in places.iter().enumerate() {
            for (m, part) in parts().into_iter().enumerate() {
                assert_eq!(layout.span(*at, part), Some(n..n + m), "{at:?} {part:?}");
            }
        }
        assert_eq!(layout.span(At::From(2), Part::Whole), None);
        assert_eq!(layout.span(At::From(0), Part::Argument(0)), None);
        let listed: Vec<At> = layout.iter().map(|(at, ..)| at).collect();
        assert_eq!(listed.len(), 6 * 24 + 1);
        let order = |at: &At| places.iter().position(|place| place == at);
        assert!(listed.is_sorted_by_key(order));
    }

    #[test]
    fn what_was_noted_last_is_moved() {
        let step = At::Step { stage: 0, step: 0 };
        let mut layout = Layout::default();
        layout.mark(At::From(0), Part::Base, 5..9);
        layout.mark(step, Part::Keyword, 10..13);
        layout.mark(step, Part::Command, 14..18);
        layout.shift(step, 14, 4);
        layout.shift(At::From(0), 0, 4);
        assert_eq!(layout.latest(step, Part::Command), Some(18..22));
        assert_eq!(layout.latest(At::From(0), Part::Base), None);
        layout.finish();
        assert_eq!(layout.span(At::From(0), Part::Base), Some(5..9));
        assert_eq!(layout.span(step, Part::Keyword), Some(10..13));
    }
}
