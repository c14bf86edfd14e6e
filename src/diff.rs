//! The differences of two lists of lines, and of two texts in the unified format.

use indexmap::IndexSet;

use crate::limits;

/// The number of lines around a difference.
const CONTEXT: usize = 3;

/// The work of a place that has to be remembered, as against that of comparing two lines.
const PLACE: usize = 50;

/// The differences, with a header; empty where there are none.
pub(crate) fn unified(old_name: &str, new_name: &str, old: &str, new: &str) -> String {
    let old: Vec<&str> = old.split_inclusive('\n').collect();
    let new: Vec<&str> = new.split_inclusive('\n').collect();
    let changes = changes(&old, &new);
    let mut out = String::new();
    if !changes.is_empty() {
        out.push_str(&format!("--- {old_name}\n+++ {new_name}\n"));
    }
    for hunk in hunks(&changes) {
        write_hunk(&mut out, hunk, &old, &new);
    }
    out
}

/// Lines of the old text that became lines of the new one; not both of the two are empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) old: (usize, usize),
    pub(crate) new: (usize, usize),
}

/// Changes that are near to each other, in order.
fn hunks(changes: &[Change]) -> Vec<&[Change]> {
    changes
        .chunk_by(|before, after| after.old.0 - before.old.1 <= 2 * CONTEXT)
        .collect()
}

fn write_hunk(out: &mut String, changes: &[Change], old: &[&str], new: &[&str]) {
    let (Some(first), Some(last)) = (changes.first(), changes.last()) else {
        return;
    };
    let before = first.old.0.min(CONTEXT);
    let after = (old.len() - last.old.1).min(CONTEXT);
    let (old_start, old_end) = (first.old.0 - before, last.old.1 + after);
    let (new_start, new_end) = (first.new.0 - before, last.new.1 + after);
    let range = |start: usize, end: usize| {
        // Of no lines, the one before is named.
        let first = if start == end { start } else { start + 1 };
        match end - start {
            1 => first.to_string(),
            count => format!("{first},{count}"),
        }
    };
    out.push_str(&format!(
        "@@ -{} +{} @@\n",
        range(old_start, old_end),
        range(new_start, new_end)
    ));
    let mut at = old_start;
    for change in changes {
        write_lines(out, ' ', old.get(at..change.old.0));
        write_lines(out, '-', old.get(change.old.0..change.old.1));
        write_lines(out, '+', new.get(change.new.0..change.new.1));
        at = change.old.1;
    }
    write_lines(out, ' ', old.get(at..old_end));
}

fn write_lines(out: &mut String, mark: char, lines: Option<&[&str]>) {
    for line in lines.unwrap_or_default() {
        out.push(mark);
        out.push_str(line);
        if !line.ends_with('\n') {
            out.push_str("\n\\ No newline at end of file\n");
        }
    }
}

/// Returns the changes, in order, with unchanged lines between any two of them.
pub(crate) fn changes(old: &[&str], new: &[&str]) -> Vec<Change> {
    let mut known = IndexSet::new();
    let old: Vec<usize> = old.iter().map(|line| known.insert_full(*line).0).collect();
    let new: Vec<usize> = new.iter().map(|line| known.insert_full(*line).0).collect();

    let common = |pairs: &mut dyn Iterator<Item = (&usize, &usize)>| {
        pairs.take_while(|(old, new)| old == new).count()
    };
    let before = common(&mut old.iter().zip(&new));
    let shorter = old.len().min(new.len()) - before;
    let after = common(&mut old.iter().rev().zip(new.iter().rev())).min(shorter);

    let old_middle = old.get(before..old.len() - after).unwrap_or_default();
    let new_middle = new.get(before..new.len() - after).unwrap_or_default();
    let same = same_lines(old_middle, new_middle);
    let mut changes = Vec::new();
    let (mut old_at, mut new_at) = (0, 0);
    let end = (old_middle.len(), new_middle.len());
    for (old_line, new_line) in same.into_iter().chain([end]) {
        if (old_at, new_at) != (old_line, new_line) {
            changes.push(Change {
                old: (before + old_at, before + old_line),
                new: (before + new_at, before + new_line),
            });
        }
        (old_at, new_at) = (old_line + 1, new_line + 1);
    }
    changes
}

/// Pairs of lines that stay, as many as there can be: Myers' algorithm, with a bound.
fn same_lines(old: &[usize], new: &[usize]) -> Vec<(usize, usize)> {
    if old.is_empty() || new.is_empty() {
        return Vec::new();
    }
    // For each number of differences, how far into the old text one gets on each diagonal. The diagonal d, which is the
    // place in the old text less that in the new one, is at `d + differences`.
    let mut rounds: Vec<Vec<usize>> = Vec::new();
    let mut work = 0;
    loop {
        let count = rounds.len();
        let mut round = vec![0; 2 * count + 1];
        for at in (0..=2 * count).step_by(2) {
            let mut x = enter(rounds.last(), at).map_or(0, |(x, _)| x);
            let Some(y) = (x + count).checked_sub(at) else {
                continue;
            };
            let run = std::iter::zip(
                old.get(x..).unwrap_or_default(),
                new.get(y..).unwrap_or_default(),
            );
            let run = run.take_while(|(old, new)| old == new).count();
            x += run;
            work += run + PLACE;
            if let Some(place) = round.get_mut(at) {
                *place = x;
            }
            if x >= old.len() && y + run >= new.len() {
                rounds.push(round);
                return walk_back(&rounds, at, x);
            }
        }
        rounds.push(round);
        if work > limits::DIFF_WORK {
            return Vec::new();
        }
    }
}

/// Returns where a round begins on a diagonal, and `true` if a line is removed there (else one is
/// added).
fn enter(before: Option<&Vec<usize>>, at: usize) -> Option<(usize, bool)> {
    let before = before?;
    // The diagonals below and above, in the round before.
    let below = at.checked_sub(2).and_then(|at| before.get(at)).copied();
    let above = before.get(at).copied();
    match (below, above) {
        (Some(below), Some(above)) if below < above => Some((above, false)),
        (Some(below), _) => Some((below + 1, true)),
        (None, Some(above)) => Some((above, false)),
        (None, None) => None,
    }
}

fn walk_back(rounds: &[Vec<usize>], at: usize, x: usize) -> Vec<(usize, usize)> {
    let (mut at, mut x) = (at, x);
    let mut same = Vec::new();
    for (count, _) in rounds.iter().enumerate().rev() {
        let before = count.checked_sub(1).and_then(|count| rounds.get(count));
        let entered = enter(before, at);
        let (start, _) = entered.unwrap_or((0, false));
        while x > start {
            x -= 1;
            if let Some(y) = (x + count).checked_sub(at) {
                same.push((x, y));
            }
        }
        if let Some((_, goes_away)) = entered {
            if goes_away {
                x = start - 1;
                at -= 2;
            }
        }
    }
    same.reverse();
    same
}
