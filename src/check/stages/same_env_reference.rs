//! `same-env-reference`: ENV that reads a variable which it sets itself.

use indexmap::IndexMap;

use super::walk;
use crate::check::Checking;
use crate::check::topics::Topics;
use crate::instruction::{Instruction, Pair};
use crate::rules::{Finding, Findings, Narrow};
use crate::syntax::Part;

crate::rules::rule! {
    id: "same-env-reference",
    severity: Warning,
    summary: "a variable that is set and read in the same ENV",
    also: ["hadolint:DL3044"],
    can_be_allowed: true,
    replaces: [crate::check::build::undefined_variable::RULE as Variable],
    docs: r#"## What it does

Finds values of ENV that read a variable which the same ENV sets, and nothing before it does. A
value that extends the variable it is for (`PATH=/opt/bin:$PATH`) is right, and says that the
variable is set before.

## Why is this bad?

Docker expands all values of an ENV with what held before it: the variable is still empty, or still
has its old value.

## Example

```dockerfile
FROM alpine
ENV PREFIX=/opt/app BIN=$PREFIX/bin
```

## Use instead

```dockerfile
FROM alpine
ENV PREFIX=/opt/app
ENV BIN=$PREFIX/bin
```
"#,
}

pub(crate) fn check(checking: &Checking<'_>, findings: &mut Findings) {
    for step in walk::looked_at(checking, Topics::ENV) {
        let Instruction::Env(env) = step.instruction else {
            continue;
        };
        let uses = |pair: &Pair| !pair.value.is_literal();
        if env.pairs.len() < 2 || !env.pairs.iter().any(uses) {
            continue;
        }
        let vars = step.vars(checking);
        let keys: IndexMap<&str, usize> = env
            .pairs
            .iter()
            .enumerate()
            .filter_map(|(n, pair)| Some((pair.key.as_literal()?, n)))
            .collect();
        // What extends a variable says that it is set before.
        let extended = env.pairs.iter().filter(|pair| {
            let key = pair.key.as_literal();
            let own = |name: &str| Some(name) == key;
            pair.value
                .variables()
                .iter()
                .any(|variable| own(variable.name()))
        });
        let extended: indexmap::IndexSet<&str> =
            extended.filter_map(|pair| pair.key.as_literal()).collect();
        for (n, pair) in env.pairs.iter().enumerate() {
            let variables = pair.value.variables();
            let found = variables
                .iter()
                .map(|variable| variable.name())
                .find(|name| {
                    keys.contains_key(name)
                        && !extended.contains(name)
                        && !vars.is_some_and(|vars| vars.contains(name))
                });
            let Some(name) = found else {
                continue;
            };
            let mut finding =
                Finding::new(&RULE, format!("`{name}` is used in the ENV that sets it"))
                    .at(
                        step.at,
                        Part::Value(n),
                        "has the value from before this ENV",
                    )
                    .narrow(Narrow::Variable(name.to_owned()));
            if let Some(set) = keys.get(name) {
                finding = finding.at(step.at, Part::Key(*set), "set here, for later instructions");
            }
            findings
                .add(finding.help(format!("set `{name}` in an ENV of its own, above this one")));
        }
    }
}
