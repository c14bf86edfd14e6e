//! ONBUILD as data: the instruction that is triggered, or its verbatim text.

use super::{Onbuild, Spelled, Spelling, Trigger, read_one};
use crate::data::{Alive, Data, Definitions, Reader, Value, one_or_many, schema};
use crate::instruction::Instruction;
use crate::text::Escape;

impl Data for Onbuild {
    fn read(value: &Value, at: &mut Reader) -> Option<Onbuild> {
        let entries = match value {
            Value::Map(entries) if value.get("raw").is_some() => entries,
            other => return Some(Onbuild::new(<Instruction as Data>::read(other, at)?)),
        };
        let mut keys = at.keys("onbuild", entries);
        let text = keys.need::<Alive>("raw", at);
        let breaks = match keys.take("breaks") {
            Some(value) => at.key("breaks", |at| read_breaks(value, at)),
            None => Some(Vec::new()),
        };
        let bodies = match keys.take("heredoc") {
            Some(value) => at.key("heredoc", |at| at.one_or_many::<Alive>(value)),
            None => Some(Vec::new()),
        };
        let instruction = keys.read::<Instruction>("instruction", at);
        keys.finish(at);
        let bodies = bodies?.into_iter().map(|body| body.0.into());
        let spelling = Spelling {
            text: text?.0.into(),
            breaks: breaks?,
            bodies: bodies.collect(),
        };
        let escapes = [Escape::Backslash, Escape::Backtick];
        let (onbuild, holds) = match instruction {
            Some(instruction) => {
                let mut spelled = Spelled::unread(spelling, read_one);
                spelled.settle();
                let mut onbuild = Onbuild::new(instruction?);
                onbuild.spelling = Some(Box::new(spelled));
                let holds = onbuild.any_spelling().is_some();
                (onbuild, holds)
            }
            None => {
                // A text that no file can hold is reported by `render`.
                let holds = spelling.breaks.is_empty()
                    || spelling.is_unwritable()
                    || escapes.iter().any(|escape| spelling.is_read(*escape));
                let mut raw = Onbuild::raw(spelling);
                raw.settle(Escape::default());
                (raw, holds)
            }
        };
        if !holds {
            at.problem("`raw` and `breaks` do not spell the instruction");
            return None;
        }
        Some(onbuild)
    }

    fn write(&self) -> Value {
        let (spelling, instruction) = match (&self.trigger, self.any_spelling()) {
            (Trigger::Raw(raw), _) => (&raw.spelling, None),
            (Trigger::Instruction(instruction), Some(spelling)) => (spelling, Some(instruction)),
            (Trigger::Instruction(instruction), None) => return instruction.write_data(),
        };
        let mut out = vec![("raw", Value::text(spelling.text.as_str()))];
        if !spelling.breaks.is_empty() {
            let breaks = spelling.breaks.iter();
            let breaks = breaks.map(|at| Value::Integer(i128::try_from(*at).unwrap_or(0)));
            out.push(("breaks", Value::list(breaks)));
        }
        if spelling.has_heredocs() {
            let bodies = spelling
                .bodies
                .iter()
                .map(|body| Value::text(body.as_str()));
            out.push(("heredoc", one_or_many(bodies)));
        }
        out.extend(instruction.map(|instruction| ("instruction", instruction.write_data())));
        Value::map(out)
    }

    fn schema(definitions: &mut Definitions) -> Value {
        let raw = schema::object(
            vec![
                ("raw", schema::string()),
                (
                    "breaks",
                    Definitions::described(
                        "After how many bytes of the text a line ends.",
                        schema::list_of(schema::integer(0, u32::MAX.into())),
                    ),
                ),
                ("heredoc", schema::one_or_many(schema::string())),
                (
                    "instruction",
                    Definitions::described("What the text says.", Instruction::schema(definitions)),
                ),
            ],
            &["raw"],
        );
        schema::any_of([Instruction::schema(definitions), raw])
    }
}

fn read_breaks(value: &Value, at: &mut Reader) -> Option<Vec<usize>> {
    const EXPECTED: &str = "a list of numbers: after how many bytes a line ends";
    let Value::List(items) = value else {
        return at.expected(EXPECTED, value);
    };
    let mut breaks = Vec::with_capacity(items.len());
    for item in items {
        match item {
            Value::Integer(number) if usize::try_from(*number).is_ok() => {
                breaks.extend(usize::try_from(*number).ok());
            }
            _ => return at.expected(EXPECTED, value),
        }
    }
    Some(breaks)
}
