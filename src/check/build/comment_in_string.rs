//! `comment-in-string`: a line of a quoted text that Docker takes for a comment.

use super::continued::{Line, Places, Quotes};
use crate::check::Checking;
use crate::rules::{Finding, Findings, Narrow};
use crate::syntax::Part;
use crate::text::Escape;

crate::rules::rule! {
    id: "comment-in-string",
    severity: Warning,
    summary: "a line of a quoted text that begins with `#`, which Docker leaves out",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds lines that begin with `#` between the quotes of a text that goes over several lines, where the
line or the one above ends in `\n`: that makes it a line of the text.

## Why is this bad?

Docker drops comments before it joins the lines of an instruction, and does not look at quotes: the
line is missing in the text.

## Example

```dockerfile
FROM debian:12
RUN printf "set a\n\
# turn b on\n\
set b\n" > /etc/tool.conf
```

## Use instead

```dockerfile
FROM debian:12
RUN cat > /etc/tool.conf <<END
set a
# turn b on
set b
END
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    let Some(written) = &checking.written else {
        return;
    };
    let escape = checking.context.file.escape().char();
    let mut places: Option<Places> = None;
    let mut quotes = Quotes::default();
    for line in &checking.continued().comments {
        let places = places.get_or_insert_with(|| Places::new(checking));
        let Some((instruction, at)) = places.at(line.start) else {
            continue;
        };
        let open = quotes.open_at(written.source, instruction, line.start, escape);
        if open.is_none() {
            continue;
        }
        let finding = Finding::new(&RULE, "a line of the quoted text is a comment to Docker")
            .at(at, Part::Whole, "left out of the text")
            .narrow(Narrow::Line(line.text.trim().to_owned()))
            .help("write the text in a heredoc, or begin the line with something else");
        findings.add(finding);
    }
}

/// Returns `true` if a comment, or the line above it, ends like a line of a text.
pub(super) fn may_be_text(source: &str, line: &Line<'_>, escape: Escape) -> bool {
    let ends = |text: &str| {
        let text = text.trim_end().trim_end_matches(escape.char());
        text.ends_with("\\n")
    };
    ends(line.text) || source.get(line.above.clone()).is_some_and(ends)
}
