//! RUN as data: a string, a list, or a map with flags.

use super::Run;
use crate::data::{Data, Definitions, Reader, Value, schema};
use crate::instruction::command::Command;
use crate::syntax::{FlagData, Syntax};

impl Data for Run {
    fn read(value: &Value, at: &mut Reader) -> Option<Run> {
        let Value::Map(entries) = value else {
            return Some(Run::new(<Command as Data>::read(value, at)?));
        };
        let mut run = Run::new("");
        let mut keys = at.keys("run", entries);
        run.read_data(&mut keys, at);
        let command = Command::from_keys(&mut keys, at);
        let raw = keys.read::<bool>("raw", at);
        keys.finish(at);
        if raw.flatten().unwrap_or_default() {
            run.read_empty = true;
        }
        match command {
            Some(command) => run.command = command?,
            None => {
                at.problem("`run` needs `command`, `chain`, `lines` or `script`");
                return None;
            }
        }
        Some(run)
    }

    fn write(&self) -> Value {
        let mut out = Vec::new();
        self.write_data(&mut out);
        if self.read_empty {
            out.push(("raw", Value::Bool(true)));
        }
        match self.command.plain().filter(|_| out.is_empty()) {
            Some(plain) => plain,
            None => {
                self.command.push_keys(&mut out);
                Value::map(out)
            }
        }
    }

    fn schema(definitions: &mut Definitions) -> Value {
        let mut keys = Run::schemas(Run::KEYWORD, definitions);
        keys.extend(Command::key_schemas(definitions));
        keys.push((
            "raw",
            Definitions::described(
                "Whether it was read as `RUN []`, which Docker rejects late.",
                schema::boolean(),
            ),
        ));
        let command = Command::schema(definitions);
        schema::any_of([command, Command::with_keys(keys, &[])])
    }
}
