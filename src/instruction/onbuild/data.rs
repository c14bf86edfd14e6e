//! ONBUILD as data: the instruction that is triggered, or its text kept raw.

use smol_str::SmolStr;

use super::{Onbuild, Trigger};
use crate::data::{Alive, Data, Definitions, Reader, Value, one_or_many, schema};
use crate::instruction::Instruction;

impl Data for Onbuild {
    fn read(value: &Value, at: &mut Reader) -> Option<Onbuild> {
        let entries = match value {
            Value::Map(entries) if value.get("raw").is_some() => entries,
            other => return Some(Onbuild::new(<Instruction as Data>::read(other, at)?)),
        };
        let mut keys = at.keys("onbuild", entries);
        let text = keys.need::<Alive>("raw", at);
        let bodies = match keys.take("heredoc") {
            Some(value) => at.key("heredoc", |at| at.one_or_many::<Alive>(value)),
            None => Some(Vec::new()),
        };
        keys.finish(at);
        let bodies = bodies?
            .into_iter()
            .map(|body| SmolStr::from(body.0))
            .collect();
        Some(Onbuild::raw(&text?.0, bodies))
    }

    fn write(&self) -> Value {
        match &self.trigger {
            Trigger::Instruction(instruction) => instruction.write_data(),
            Trigger::Raw(raw) => {
                let mut out = vec![("raw", Value::text(raw.text.as_str()))];
                if !raw.bodies.is_empty() {
                    let bodies = raw.bodies.iter().map(|body| Value::text(body.as_str()));
                    out.push(("heredoc", one_or_many(bodies)));
                }
                Value::map(out)
            }
        }
    }

    fn schema(definitions: &mut Definitions) -> Value {
        let raw = schema::object(
            vec![
                ("raw", schema::string()),
                ("heredoc", schema::one_or_many(schema::string())),
            ],
            &["raw"],
        );
        schema::any_of([Instruction::schema(definitions), raw])
    }
}
