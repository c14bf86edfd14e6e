//! The heredocs below the line of an instruction.

use super::{Command, CopySource, Instruction, Keyword};
use crate::syntax::reader::Lines;
use crate::syntax::{Args, RefusalKind, heredoc};

impl<'s> Args<'_, 's> {
    /// Reads the heredocs that the line announces, and moves the end of the instruction after them.
    pub(crate) fn take_heredocs(
        &mut self,
        keyword: Option<Keyword>,
        lines: &mut Lines<'s>,
        end: &mut usize,
    ) {
        let line = self.line();
        if !line.bytes.have_angle() || !takes_heredocs(keyword, self) {
            return;
        }
        for marker in heredoc::markers(line.text()) {
            let name = marker.name.clone();
            match lines.body(marker) {
                Some(body) => {
                    *end = body.end;
                    self.bodies.push(body);
                }
                None => {
                    let range = marker_range(line.text(), &name);
                    self.refuse(
                        RefusalKind::Heredoc,
                        range,
                        format!("the heredoc `{name}` has no end"),
                        format!(
                            "end it with a line that is `{name}` and nothing else; \
                             a `<<` that is not a heredoc must not begin a word"
                        ),
                    );
                    break;
                }
            }
        }
    }
}

impl Instruction {
    /// Returns `true` if heredocs follow its line.
    pub(crate) fn has_heredocs(&self) -> bool {
        let inline = |source: &CopySource| matches!(source, CopySource::Inline(_));
        match self {
            Instruction::Add(add) => add.sources.as_slice().iter().any(inline),
            Instruction::Copy(copy) => copy.sources.as_slice().iter().any(inline),
            Instruction::Run(run) => match &run.command {
                Command::Script(_) => true,
                Command::Shell(shell) => shell.heredocs().next().is_some(),
                Command::Exec(_) => false,
            },
            Instruction::Onbuild(onbuild) => onbuild.has_heredocs(),
            _ => false,
        }
    }
}

/// Returns `true` if Docker looks for heredocs: in RUN, COPY and ADD that are not in JSON form,
/// also after ONBUILD.
fn takes_heredocs(keyword: Option<Keyword>, args: &mut Args<'_, '_>) -> bool {
    match keyword {
        Some(Keyword::Onbuild) => {
            let rest = args.rest();
            let inner = args.inner(rest.span);
            let keyword = Keyword::of(inner.keyword());
            keyword.is_some_and(Keyword::takes_heredocs) && !inner.is_json()
        }
        _ => keyword.is_some_and(Keyword::takes_heredocs) && !args.is_json(),
    }
}

/// The range of the marker of this name in a line; the keyword, if its spelling is too odd to find.
fn marker_range(line: &str, name: &str) -> std::ops::Range<usize> {
    for (at, _) in line.match_indices("<<") {
        let after = line.get(at + 2..).unwrap_or_default();
        let rest = after.trim_start_matches(['-', ' ', '\t', '"', '\'', '\\']);
        if rest.starts_with(name) {
            return at..line.len() - rest.len() + name.len();
        }
    }
    0..line.find(char::is_whitespace).unwrap_or(line.len())
}
