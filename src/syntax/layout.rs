//! `Layout`: where the parts of a model are in a text. Writer and reader fill the same one.

use std::cmp::Ordering;
use std::fmt;
use std::ops::Range;

use super::part::{At, FILE, KEYWORD, Part, number_at, number_part, part_of, place_at};
use crate::order::order;

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
    /// The spots of the file itself, which are noted above and below those of everything else.
    file: Vec<Spot>,
    /// The other places of which something has been noted, in their order.
    places: Vec<Place>,
    /// For each first number of a place, how many places are before those that have it.
    starts: Vec<u32>,
    packed: Vec<Packed>,
    /// The places that are too large to be packed, and where their spots begin.
    large: Vec<(u32, u32)>,
    wide: Vec<Spot>,
    /// The names of flags, keys and directives that occur.
    names: Vec<&'static str>,
    /// The place that is noted last, with its spots so far.
    open: Number,
    latest: Vec<Spot>,
    /// Spots that were noted after a later place.
    late: Vec<(Number, Spot)>,
}

/// A place in numbers that sort as the text is written.
type Number = (u32, u32);

/// A place, without the first of its numbers.
#[derive(Debug, Clone, Copy)]
struct Place {
    second: u32,
    /// The first of its spots among those that are packed; a large one has none there.
    first: u32,
    /// The byte that they count from.
    start: u32,
}

/// A part of a place and where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Spot {
    kind: u8,
    /// The number of the name, for a kind that has one.
    name: u8,
    nth: u32,
    start: u32,
    end: u32,
}

/// A spot of a place that is not large: nearly every one is.
#[derive(Debug, Clone, Copy)]
struct Packed {
    kind: u8,
    name: u8,
    nth: u16,
    /// From the start of the place.
    from: u16,
    len: u16,
}

/// The spots of a place.
#[derive(Clone, Copy)]
enum Spots<'l> {
    Packed(u32, &'l [Packed]),
    Wide(&'l [Spot]),
}

impl<'l> Spots<'l> {
    fn len(self) -> usize {
        match self {
            Spots::Packed(_, spots) => spots.len(),
            Spots::Wide(spots) => spots.len(),
        }
    }

    fn get(self, n: usize) -> Option<Spot> {
        match self {
            Spots::Packed(start, spots) => Some(spots.get(n)?.unpacked(start)),
            Spots::Wide(spots) => spots.get(n).copied(),
        }
    }

    fn iter(self) -> impl Iterator<Item = Spot> + use<'l> {
        (0..self.len()).filter_map(move |n| self.get(n))
    }
}

impl Packed {
    fn unpacked(self, start: u32) -> Spot {
        let start = start + u32::from(self.from);
        Spot {
            kind: self.kind,
            name: self.name,
            nth: self.nth.into(),
            start,
            end: start + u32::from(self.len),
        }
    }
}

impl Spot {
    fn span(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    fn packed(&self, start: u32) -> Option<Packed> {
        Some(Packed {
            kind: self.kind,
            name: self.name,
            nth: self.nth.try_into().ok()?,
            from: self.start.checked_sub(start)?.try_into().ok()?,
            len: self.end.checked_sub(self.start)?.try_into().ok()?,
        })
    }
}

impl Layout {
    /// A layout for a text of so many bytes: there is about a spot every eight bytes.
    pub(crate) fn for_bytes(bytes: usize) -> Layout {
        Layout {
            places: Vec::with_capacity(bytes / 32 + 1),
            packed: Vec::with_capacity(bytes / 6 + 1),
            ..Layout::default()
        }
    }

    /// Returns the span of a part.
    pub fn span(&self, at: At, part: Part) -> Option<Range<usize>> {
        let spots = self.spots_at(number_at(at)?)?;
        let key = number_part(part)?;
        let (mut first, mut end) = (0, spots.len());
        while first < end {
            let middle = first + (end - first) / 2;
            match spots.get(middle) {
                Some(spot) if self.key(&spot) < key => first = middle + 1,
                _ => end = middle,
            }
        }
        let spot = spots.get(first)?;
        (self.key(&spot) == key).then(|| spot.span())
    }

    /// The start of a place: its first comment, or the instruction.
    pub(crate) fn start(&self, at: At) -> Option<usize> {
        let mut first = None;
        for spot in self.spots_at(number_at(at)?)?.iter() {
            let part = part_of(self.key(&spot));
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
        for (_, spots) in self.all() {
            for spot in spots.iter() {
                if matches!(part_of(self.key(&spot)), Part::Heredoc(_)) {
                    bodies.push(spot.span());
                }
            }
        }
        bodies
    }

    /// Returns the keywords of all places.
    pub(crate) fn keywords(&self) -> impl Iterator<Item = (At, Range<usize>)> + '_ {
        self.all().filter_map(|(at, spots)| {
            let spot = spots.iter().find(|spot| spot.kind == KEYWORD)?;
            Some((place_at(at), spot.span()))
        })
    }

    /// The span of a part of the place that was noted last, while the text is still being read.
    pub(crate) fn latest(&self, at: At, part: Part) -> Option<Range<usize>> {
        let key = number_part(part)?;
        let mut spots = self.latest.iter().rev();
        let spot = spots.find(|spot| self.key(spot) == key)?;
        (Some(self.open) == number_at(at)).then(|| spot.span())
    }

    /// Moves what has been noted last of a place and is at `from` or after it.
    pub(crate) fn shift(&mut self, at: At, from: usize, by: usize) {
        if Some(self.open) != number_at(at) {
            return;
        }
        for spot in &mut self.latest {
            let span = spot.span();
            if span.start >= from {
                let moved = number_span(&(span.start + by..span.end + by));
                (spot.start, spot.end) = moved.unwrap_or((u32::MAX, u32::MAX));
            }
        }
    }

    /// Returns all parts with their bytes, in the order of the text's places.
    pub fn iter(&self) -> impl Iterator<Item = (At, Part, Range<usize>)> + '_ {
        let file = std::iter::once((FILE, Spots::Wide(&self.file)));
        let places = file.chain(self.all());
        places.flat_map(move |(at, spots)| {
            let at = place_at(at);
            let spots = spots.iter();
            spots.map(move |spot| (at, part_of(self.key(&spot)), spot.span()))
        })
    }

    pub(crate) fn mark(&mut self, at: At, part: Part, span: Range<usize>) {
        let (Some(at), Some((kind, name, nth)), Some((start, end))) =
            (number_at(at), number_part(part), number_span(&span))
        else {
            return;
        };
        let Some(name) = self.name(name) else { return };
        if self.open != at {
            self.close();
            self.open = at;
        }
        self.latest.push(Spot {
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

    /// Adds the place that was noted last to the others.
    fn close(&mut self) {
        let at = self.open;
        if at == FILE {
            self.file.append(&mut self.latest);
        } else if self.last() >= Some(at) {
            self.late
                .extend(self.latest.drain(..).map(|spot| (at, spot)));
        } else {
            let mut latest = std::mem::take(&mut self.latest);
            self.add(at, &mut latest);
            latest.clear();
            self.latest = latest;
        }
    }

    /// The last place.
    fn last(&self) -> Option<Number> {
        let first = u32::try_from(self.starts.len().checked_sub(1)?).ok()?;
        Some((first, self.places.last()?.second))
    }

    /// Adds a place after all others, with its parts in the order that `span` searches.
    fn add(&mut self, (major, second): Number, spots: &mut [Spot]) {
        self.sort(spots);
        let Some(start) = spots.iter().map(|spot| spot.start).min() else {
            return;
        };
        let count = |len: usize| u32::try_from(len).ok();
        let (Some(place), Some(first)) = (count(self.places.len()), count(self.packed.len()))
        else {
            return;
        };
        let packed = spots.iter().all(|spot| match spot.packed(start) {
            Some(spot) => {
                self.packed.push(spot);
                true
            }
            None => false,
        });
        if !packed {
            self.packed.truncate(first as usize);
            let Some(wide) = count(self.wide.len()) else {
                return;
            };
            self.wide.extend_from_slice(spots);
            self.large.push((place, wide));
        }
        while self.starts.len() <= major as usize {
            self.starts.push(place);
        }
        self.places.push(Place {
            second,
            first,
            start,
        });
    }

    fn sort(&self, spots: &mut [Spot]) {
        // Mostly they are noted in their order.
        let in_order = |a: &Spot, b: &Spot| match a.kind.cmp(&b.kind) {
            Ordering::Equal if a.name == b.name => a.nth <= b.nth,
            Ordering::Equal => self.key(a) <= self.key(b),
            order => order == Ordering::Less,
        };
        if !spots.is_sorted_by(in_order) {
            spots.sort_by_key(|spot| self.key(spot));
        }
    }

    /// Brings the places into the order that `span` searches.
    pub(crate) fn finish(&mut self) {
        self.close();
        self.latest = Vec::new();
        let mut file = std::mem::take(&mut self.file);
        self.sort(&mut file);
        self.file = file;
        if !self.late.is_empty() {
            self.sort_places();
        }
        self.places.shrink_to_fit();
        self.starts.shrink_to_fit();
        self.packed.shrink_to_fit();
        self.wide.shrink_to_fit();
    }

    /// Puts the spots that were noted late where they belong.
    fn sort_places(&mut self) {
        let mut old = std::mem::take(self);
        let mut all: Vec<(Number, Spot)> = Vec::new();
        for (at, spots) in old.all() {
            for spot in spots.iter() {
                all.push((at, spot));
            }
        }
        all.extend_from_slice(&old.late);
        self.names = std::mem::take(&mut old.names);
        self.file = std::mem::take(&mut old.file);
        let order = order(all.len(), &|a, b| {
            let at = |n: usize| all.get(n).map(|(at, _)| *at);
            at(a).cmp(&at(b))
        });
        let mut open = None;
        let mut spots: Vec<Spot> = Vec::new();
        for (at, spot) in order.iter().filter_map(|n| all.get(*n)) {
            if let Some(open) = open.filter(|open| open != at) {
                self.add(open, &mut spots);
                spots.clear();
            }
            open = Some(*at);
            spots.push(*spot);
        }
        if let Some(open) = open {
            self.add(open, &mut spots);
        }
    }

    /// Every place but the file itself.
    fn all(&self) -> impl Iterator<Item = (Number, Spots<'_>)> {
        (0..).zip(0..self.starts.len()).flat_map(move |(major, n)| {
            let range = self.range_of(n);
            let places = self.places.get(range.clone()).unwrap_or_default();
            let places = places.iter().zip(range);
            places.map(move |(place, n)| ((major, place.second), self.spots_of(n)))
        })
    }

    /// The places whose first number this is.
    fn range_of(&self, major: usize) -> Range<usize> {
        let first = |start: &u32| *start as usize;
        let end = self.places.len();
        let start = self.starts.get(major).map_or(end, first);
        start..self.starts.get(major + 1).map_or(end, first)
    }

    fn spots_at(&self, at: Number) -> Option<Spots<'_>> {
        if at == FILE {
            return Some(Spots::Wide(&self.file));
        }
        let range = self.range_of(at.0 as usize);
        let places = self.places.get(range.clone())?;
        // Mostly there is one for each number, from the first one on.
        let is_it = |n: &usize| places.get(*n).is_some_and(|place| place.second == at.1);
        let n = match Some(at.1 as usize).filter(is_it) {
            Some(n) => n,
            None => places
                .binary_search_by_key(&at.1, |place| place.second)
                .ok()?,
        };
        Some(self.spots_of(range.start + n))
    }

    fn spots_of(&self, place: usize) -> Spots<'_> {
        let first = |place: &Place| place.first as usize;
        let start = self.places.get(place).map_or(0, first);
        let end = self.places.get(place + 1).map_or(self.packed.len(), first);
        if start < end {
            let from = self.places.get(place).map_or(0, |place| place.start);
            return Spots::Packed(from, self.packed.get(start..end).unwrap_or_default());
        }
        let large = self
            .large
            .binary_search_by_key(&place, |(place, _)| *place as usize);
        let large = large.unwrap_or(self.large.len());
        let first = |(_, first): &(u32, u32)| *first as usize;
        let start = self.large.get(large).map_or(0, first);
        let end = self.large.get(large + 1).map_or(self.wide.len(), first);
        Spots::Wide(self.wide.get(start..end).unwrap_or_default())
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

fn number_span(span: &Range<usize>) -> Option<(u32, u32)> {
    Some((
        u32::try_from(span.start).ok()?,
        u32::try_from(span.end).ok()?,
    ))
}

#[cfg(test)]
mod tests {
    use super::super::part::tests::parts;
    use super::*;

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
    fn places_that_are_not_packed() {
        let at = |stage| At::From(stage);
        let mut layout = Layout::default();
        let far = 70_000;
        let spans = [
            (0, Part::Keyword, 1..5),
            (1, Part::Keyword, 6..10),
            (1, Part::Base, far..far + 3),
            (2, Part::Whole, 10..far),
            (2, Part::Argument(far), 20..30),
            (3, Part::Argument(far), 40..50),
            (4, Part::Name, 1..5),
        ];
        for (stage, part, span) in spans.clone() {
            layout.mark(at(stage), part, span);
        }
        layout.finish();
        assert_eq!((layout.wide.len(), layout.packed.len()), (5, 2));
        for (stage, part, span) in spans.clone() {
            assert_eq!(layout.span(at(stage), part), Some(span));
        }
        let listed = spans.map(|(stage, part, span)| (at(stage), part, span));
        assert_eq!(Vec::from_iter(layout.iter()), listed);
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
