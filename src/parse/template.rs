//! Templates: a file that another tool has still to fill in is reported once, not line by line.

use crate::syntax::RefusalKind;
use crate::syntax::reader::Refusal;

/// The marks that lines of a template begin with, if they are for the tool that fills it in.
const MARKS: &[&str] = &["{{", "{%", "{#", "<%"];

/// Reports a template once: of the unknown instructions the first one that is a line of a template
/// stays, and with the others goes what else is rejected on such lines.
pub(super) fn collapse(source: &str, mut refusals: Vec<Refusal>) -> Vec<Refusal> {
    let is_unknown = |refusal: &Refusal| refusal.kind == RefusalKind::UnknownInstruction;
    let first = refusals
        .iter()
        .position(|refusal| is_unknown(refusal) && begins(line(source, refusal)));
    let Some(first) = first else {
        return refusals;
    };
    let mut nth = 0;
    refusals.retain(|refusal| {
        let is_first = nth == first;
        nth += 1;
        let filled_in = MARKS
            .iter()
            .any(|mark| line(source, refusal).contains(mark));
        is_first || !(is_unknown(refusal) || filled_in)
    });
    for refusal in &mut refusals {
        if is_unknown(refusal) {
            let word = source.get(refusal.span.clone()).unwrap_or_default();
            refusal.message =
                format!("the file looks like a template: `{word}` is not an instruction");
            refusal.help = "render the template, and check the Dockerfile that it makes".to_owned();
        }
    }
    refusals
}

/// The line that a refusal is on.
fn line<'s>(source: &'s str, refusal: &Refusal) -> &'s str {
    let before = source.get(..refusal.span.start).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let rest = source.get(start..).unwrap_or_default();
    rest.split('\n').next().unwrap_or(rest)
}

fn begins(line: &str) -> bool {
    let line = line.trim_start();
    MARKS.iter().any(|mark| line.starts_with(mark))
}
