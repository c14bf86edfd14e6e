//! The patterns of `${NAME#pattern}` and its kin: `*` and `?`, matched without going back.

/// A pattern, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern(Vec<Token>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Char(char),
    /// `?`: any character but a newline.
    Any,
    /// `*`: any number of these.
    Star,
}

/// Steps that matching may still take.
pub(crate) type Budget = u64;

/// Matching that costs more than what is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Exhausted;

/// The match that counts, of those that begin at one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Length {
    Shortest,
    Longest,
}

/// The matches that are replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Matches {
    First,
    All,
}

impl Pattern {
    /// The pattern that a text spells; the character after a backslash that may not be there.
    pub(crate) fn new(text: &str) -> Result<Pattern, char> {
        let mut tokens = Vec::with_capacity(text.len());
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            tokens.push(match c {
                // Docker's `.*.*` is `.*`.
                '*' if tokens.last() == Some(&Token::Star) => continue,
                '*' => Token::Star,
                '?' => Token::Any,
                '\\' => match chars.next() {
                    Some(c @ ('*' | '?' | '\\' | '}' | '/')) => Token::Char(c),
                    other => return Err(other.unwrap_or('\\')),
                },
                c => Token::Char(c),
            });
        }
        Ok(Pattern(tokens))
    }

    /// The pattern for a suffix: read backwards, in the way in which Docker turns it around. A
    /// backslash at the very end comes before what it does not belong to.
    pub(crate) fn backwards(text: &str) -> Result<Pattern, char> {
        let mut turned: Vec<String> = Vec::with_capacity(text.len());
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            let mut unit = String::from(c);
            if c == '\\' {
                unit.extend(chars.next());
            }
            turned.push(unit);
        }
        turned.reverse();
        Pattern::new(&turned.concat())
    }

    /// The text without the shortest or the longest prefix that matches.
    pub(crate) fn without_prefix(
        &self,
        text: &str,
        length: Length,
        budget: &mut Budget,
    ) -> Result<String, Exhausted> {
        let end = ends(&self.0, text.char_indices(), text.len(), length, budget)?;
        Ok(text.get(end.unwrap_or(0)..).unwrap_or_default().to_owned())
    }

    /// The text without the shortest or the longest suffix that matches a pattern that is read
    /// backwards.
    pub(crate) fn without_suffix(
        &self,
        text: &str,
        length: Length,
        budget: &mut Budget,
    ) -> Result<String, Exhausted> {
        // Positions count from the end, so that a match that ends at `n` leaves the text before `len - n`.
        let mut next = 0;
        let chars = text.chars().rev().map(|c| {
            let at = next;
            next += c.len_utf8();
            (at, c)
        });
        let end = ends(&self.0, chars, text.len(), length, budget)?;
        let keep = text.len() - end.unwrap_or(0);
        Ok(text.get(..keep).unwrap_or_default().to_owned())
    }

    /// The text with the first or with every match replaced. A match is the leftmost one, and as
    /// long as can be.
    pub(crate) fn replace(
        &self,
        text: &str,
        replacement: &Replacement,
        matches: Matches,
        budget: &mut Budget,
    ) -> Result<String, Exhausted> {
        let starts = self.starts(text, budget)?;
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        let mut last_end = None;
        for start in starts {
            if start < from {
                continue;
            }
            let rest = text.get(start..).unwrap_or_default();
            let len = ends(
                &self.0,
                rest.char_indices(),
                rest.len(),
                Length::Longest,
                budget,
            )?
            .unwrap_or(0);
            // An empty match right after another one is none.
            if len == 0 && last_end == Some(start) {
                continue;
            }
            out.push_str(text.get(from..start).unwrap_or_default());
            from = start + len;
            let before = out.len();
            replacement.push(&mut out, text.get(start..from).unwrap_or_default());
            spend(budget, out.len() - before + 1)?;
            last_end = Some(from);
            if matches == Matches::First {
                break;
            }
        }
        out.push_str(text.get(from..).unwrap_or_default());
        Ok(out)
    }

    /// The positions at which a match can begin, in order.
    fn starts(&self, text: &str, budget: &mut Budget) -> Result<Vec<usize>, Exhausted> {
        // Read backwards from every place at once, a match ends where one can begin.
        let mut states = States::new(self.0.iter().rev().copied().collect());
        let mut starts = Vec::new();
        states.begin();
        if states.accepts() {
            starts.push(text.len());
        }
        for (at, c) in text.char_indices().rev() {
            states.step(c, budget)?;
            states.begin();
            if states.accepts() {
                starts.push(at);
            }
        }
        starts.reverse();
        Ok(starts)
    }
}

/// Takes steps from what is left.
pub(crate) fn spend(budget: &mut Budget, steps: usize) -> Result<(), Exhausted> {
    let steps = u64::try_from(steps).unwrap_or(u64::MAX);
    *budget = budget.checked_sub(steps).ok_or(Exhausted)?;
    Ok(())
}

/// The text that replaces a match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Replacement(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    /// The match itself.
    Match,
}

impl Replacement {
    /// A text, as it is.
    pub(crate) fn literal(text: &str) -> Replacement {
        Replacement(vec![Part::Text(text.to_owned())])
    }

    /// A template as Go's regular expressions take one: `$0` is the match, `$$` a dollar sign, and
    /// any other name nothing, as the pattern has no groups.
    pub(crate) fn template(text: &str) -> Replacement {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('$') {
            literal.push_str(before);
            if let Some(more) = after.strip_prefix('$') {
                literal.push('$');
                rest = more;
                continue;
            }
            let (inside, braced) = match after.strip_prefix('{') {
                Some(inside) => (inside, true),
                None => (after, false),
            };
            let is_name = |c: char| c == '_' || c.is_alphanumeric();
            let len = inside.find(|c| !is_name(c)).unwrap_or(inside.len());
            let (name, mut more) = inside.split_at_checked(len).unwrap_or((inside, ""));
            let closed = !braced || more.starts_with('}');
            if name.is_empty() || !closed {
                literal.push('$');
                rest = after;
                continue;
            }
            if braced {
                more = more.strip_prefix('}').unwrap_or_default();
            }
            if name == "0" {
                if !literal.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut literal)));
                }
                parts.push(Part::Match);
            }
            rest = more;
        }
        literal.push_str(rest);
        parts.push(Part::Text(literal));
        Replacement(parts)
    }

    fn push(&self, out: &mut String, found: &str) {
        for part in &self.0 {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Match => out.push_str(found),
            }
        }
    }
}

/// The end of the shortest or the longest match from the beginning.
fn ends(
    tokens: &[Token],
    chars: impl Iterator<Item = (usize, char)>,
    len: usize,
    length: Length,
    budget: &mut Budget,
) -> Result<Option<usize>, Exhausted> {
    let mut states = States::new(tokens.to_vec());
    states.begin();
    let mut found = None;
    for (at, c) in chars {
        if states.accepts() {
            found = Some(at);
            if length == Length::Shortest {
                return Ok(found);
            }
        }
        if states.is_dead() {
            return Ok(found);
        }
        states.step(c, budget)?;
    }
    if states.accepts() {
        found = Some(len);
    }
    Ok(found)
}

/// The positions in a pattern that the text may have reached, all at once.
struct States {
    tokens: Vec<Token>,
    /// The places in the pattern, in order.
    at: Vec<usize>,
    spare: Vec<usize>,
}

impl States {
    fn new(tokens: Vec<Token>) -> States {
        States {
            tokens,
            at: Vec::new(),
            spare: Vec::new(),
        }
    }

    /// Adds the beginning of the pattern.
    fn begin(&mut self) {
        let mut at = std::mem::take(&mut self.spare);
        at.clear();
        push(&self.tokens, &mut at, 0);
        let first = at.last().copied().unwrap_or(0);
        at.extend(self.at.iter().copied().filter(|old| *old > first));
        self.spare = std::mem::replace(&mut self.at, at);
    }

    fn step(&mut self, c: char, budget: &mut Budget) -> Result<(), Exhausted> {
        // A place in a pattern costs more than a byte that is copied.
        spend(budget, 8 * (self.at.len() + 1))?;
        let mut next = std::mem::take(&mut self.spare);
        next.clear();
        for at in self.at.iter().copied() {
            match self.tokens.get(at) {
                Some(Token::Char(wanted)) if *wanted == c => push(&self.tokens, &mut next, at + 1),
                Some(Token::Any) if c != '\n' => push(&self.tokens, &mut next, at + 1),
                Some(Token::Star) if c != '\n' => push(&self.tokens, &mut next, at),
                _ => {}
            }
        }
        self.spare = std::mem::replace(&mut self.at, next);
        Ok(())
    }

    fn accepts(&self) -> bool {
        self.at.last() == Some(&self.tokens.len())
    }

    fn is_dead(&self) -> bool {
        self.at.is_empty()
    }
}

/// Adds a place, and the one after it where a `*` may match nothing.
fn push(tokens: &[Token], places: &mut Vec<usize>, at: usize) {
    let last = places.last().copied();
    if last.is_none_or(|last| last < at) {
        places.push(at);
    }
    // No two stars are side by side.
    if tokens.get(at) == Some(&Token::Star) && places.last() == Some(&at) {
        places.push(at + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget() -> Budget {
        1 << 20
    }

    #[track_caller]
    fn pattern(text: &str) -> Pattern {
        Pattern::new(text).unwrap_or_else(|c| panic!("{c} in {text}"))
    }

    #[test]
    fn prefixes_and_suffixes() {
        use Length::{Longest, Shortest};
        let cut = |p: &str, length| pattern(p).without_prefix("foobarbaz", length, &mut budget());
        assert_eq!(cut("f*b", Shortest), Ok("arbaz".to_owned()));
        assert_eq!(cut("f*b", Longest), Ok("az".to_owned()));
        assert_eq!(cut("x", Longest), Ok("foobarbaz".to_owned()));
        assert_eq!(cut("*", Shortest), Ok("foobarbaz".to_owned()));
        assert_eq!(cut("*", Longest), Ok(String::new()));
        assert_eq!(cut("???", Shortest), Ok("barbaz".to_owned()));
        let backwards = |p: &str| Pattern::backwards(p).unwrap_or_else(|c| panic!("{c} in {p}"));
        let cut = |p: &str, length| backwards(p).without_suffix("foobarbaz", length, &mut budget());
        assert_eq!(cut("b*", Shortest), Ok("foobar".to_owned()));
        assert_eq!(cut("b*", Longest), Ok("foo".to_owned()));
        assert_eq!(cut("z", Longest), Ok("foobarba".to_owned()));
        let cut = |p: &str| backwards(p).without_suffix("aé*", Shortest, &mut budget());
        assert_eq!(cut("\\*"), Ok("aé".to_owned()));
        assert_eq!(cut("é?"), Ok("a".to_owned()));
        // The backslash at the end is one before the star.
        assert_eq!(cut("*\\"), Ok("aé".to_owned()));
    }

    #[test]
    fn replacements() {
        let replace = |p: &str, by: &str, matches| {
            pattern(p).replace(
                "foobarbaz",
                &Replacement::literal(by),
                matches,
                &mut budget(),
            )
        };
        assert_eq!(
            replace("ba", "fo", Matches::First),
            Ok("fooforbaz".to_owned())
        );
        assert_eq!(
            replace("ba", "fo", Matches::All),
            Ok("fooforfoz".to_owned())
        );
        assert_eq!(
            replace("b?", "X", Matches::First),
            Ok("fooXrbaz".to_owned())
        );
        assert_eq!(replace("b*", "X", Matches::First), Ok("fooX".to_owned()));
        assert_eq!(replace("*", "X", Matches::All), Ok("X".to_owned()));
        assert_eq!(
            replace("", "-", Matches::All),
            Ok("-f-o-o-b-a-r-b-a-z-".to_owned())
        );
        assert_eq!(
            replace("", "-", Matches::First),
            Ok("-foobarbaz".to_owned())
        );
        assert_eq!(
            replace("[a]", "-", Matches::All),
            Ok("foobarbaz".to_owned())
        );
    }

    #[test]
    fn templates() {
        let replace = |by: &str| {
            pattern("b").replace(
                "abc",
                &Replacement::template(by),
                Matches::All,
                &mut budget(),
            )
        };
        assert_eq!(replace("<$0>"), Ok("a<b>c".to_owned()));
        assert_eq!(replace("<${0}$1$x>"), Ok("a<b>c".to_owned()));
        assert_eq!(replace("$0a"), Ok("ac".to_owned()));
        assert_eq!(replace("$$-$-"), Ok("a$-$-c".to_owned()));
        assert_eq!(replace("${0"), Ok("a${0c".to_owned()));
    }

    #[test]
    fn a_line_feed_stops_a_star() {
        assert_eq!(
            pattern("a*").without_prefix("ab\nc", Length::Longest, &mut budget()),
            Ok("\nc".to_owned())
        );
        assert_eq!(
            pattern("a*c").without_prefix("ab\nc", Length::Longest, &mut budget()),
            Ok("ab\nc".to_owned())
        );
    }

    #[test]
    fn escapes() {
        assert_eq!(Pattern::new("\\a"), Err('a'));
        assert_eq!(Pattern::new("a\\"), Err('\\'));
        assert_eq!(
            pattern("\\}\\/").without_prefix("}/x", Length::Longest, &mut budget()),
            Ok("x".to_owned())
        );
    }

    #[test]
    fn what_costs_too_much_stops() {
        let text = "a".repeat(1000);
        let many = pattern(&"a*".repeat(100));
        assert_eq!(
            many.replace(&text, &Replacement::literal(""), Matches::All, &mut 1000),
            Err(Exhausted)
        );
    }
}
