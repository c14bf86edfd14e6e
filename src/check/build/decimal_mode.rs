//! `decimal-mode`: a file mode that was given as a decimal number of the digits that are meant.

use crate::check::Checking;
use crate::check::stages::walk;
use crate::check::topics::Topics;
use crate::instruction::Instruction;
use crate::rules::{Finding, Findings};
use crate::syntax::{At, Part};

crate::rules::rule! {
    id: "decimal-mode",
    severity: Warning,
    summary: "a file mode such as `chmod(755)`, a decimal number",
    also: [],
    can_be_allowed: true,
    docs: r#"## What it does

Finds file modes of a file that was built which are a common mode if their number is written in
decimal: 755, 644, 777.

## Why is this bad?

The mode 755 is written `0o755` in Rust. The decimal number is the mode 1363.

## Example

```rust
use multistage::{Dockerfile, Stage, instruction};

let mut file = Dockerfile::new();
file.push(Stage::new("alpine").instruction(instruction::Copy::new("run.sh", "/usr/bin/").chmod(755)));
assert_eq!(file.check().diagnostics()[0].rule.id, "decimal-mode");
```

## Use instead

```rust
use multistage::{Dockerfile, Stage, instruction};

let mut file = Dockerfile::new();
file.push(Stage::new("alpine").instruction(instruction::Copy::new("run.sh", "/usr/bin/").chmod(0o755)));
assert!(file.check().is_empty());
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    if checking.written.is_some() {
        return;
    }
    for step in walk::steps_with(checking, Topics::MODE) {
        let at = step.at;
        let chmod = match step.instruction {
            Instruction::Copy(copy) => copy.chmod.as_ref(),
            Instruction::Add(add) => add.chmod.as_ref(),
            Instruction::Run(run) => {
                for (nth, mount) in run.mounts.iter().enumerate() {
                    let mode = mount.options().and_then(|fields| fields.mode.as_ref());
                    let mode = mode.and_then(|mode| mode.as_literal());
                    tell(mode, at, Part::MountValue("mode", nth), findings);
                }
                continue;
            }
            _ => continue,
        };
        let mode = chmod.and_then(|chmod| chmod.as_literal());
        tell(mode, at, Part::FlagValue("chmod", 0), findings);
    }
}

/// The modes that are meant, as decimal numbers. 400 is not among them: it is 0620, which some
/// files have.
const MEANT: &[u32] = &[
    440, 444, 500, 550, 555, 600, 640, 644, 660, 664, 666, 700, 750, 755, 770, 775, 777, 1777, 4755,
];

fn tell(mode: Option<&str>, at: At, part: Part, findings: &mut Findings) {
    let Some(mode) = mode else {
        return;
    };
    let number = u32::from_str_radix(mode, 8).ok();
    let Some(number) = number.filter(|number| MEANT.contains(number)) else {
        return;
    };
    let finding = Finding::new(&RULE, format!("the mode `{mode}` is {number} in decimal"))
        .at(at, part, "")
        .help(format!("write `0o{number}` in Rust"))
        .replace(at, part, format!("{number:04}"));
    findings.add(finding);
}
