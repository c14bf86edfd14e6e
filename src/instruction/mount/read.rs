//! Reads the values of `--mount` and `--device`: comma-separated fields.

use super::{Access, Device, KEYS, Mount, MountKind, MountOptions, Sharing};
use crate::reference::{Image, Source};
use crate::syntax::{Args, FlagArg, Part, RefusalKind, lex, typed};
use crate::text::Text;

/// The value of a `--mount`. Docker takes it apart here and looks at the fields only when it gets
/// there: what it would reject then is kept as it is written.
pub(super) fn mount(value: &str, flag: &FlagArg<'_>, args: &mut Args<'_, '_>) -> Option<Mount> {
    let fields = fields(value, flag, args)?;
    if let Some(from) = fields.iter().find_map(|field| field.value_of("from")) {
        if from.find('$').is_some_and(|at| at + 1 < from.len()) {
            flag.refuse(
                args,
                RefusalKind::Reference,
                "`from` of a mount takes no variables".to_owned(),
                "give a stage a name of its own for the image: `FROM image:$TAG AS name`",
            );
            return None;
        }
    }
    mark(&fields, value, flag, args);
    let mount = understand(&fields, args).map(Mount::from_options);
    Some(mount.unwrap_or_else(|| Mount::raw(Text::raw(value, args.escape))))
}

/// The value of a `--device`.
pub(super) fn device(value: &str, flag: &FlagArg<'_>, args: &mut Args<'_, '_>) -> Option<Device> {
    let mut device = Device {
        name: "".into(),
        required: false,
    };
    let refuse = |args: &mut Args<'_, '_>, message: String| {
        flag.refuse(
            args,
            RefusalKind::Value,
            message,
            "write `--device=vendor.com/class=name,required`",
        );
        None
    };
    for Field { text } in fields(value, flag, args)? {
        let (key, value) = match text.split_once('=') {
            Some((key, value)) => (key.to_ascii_lowercase(), Some(value)),
            None => (text.to_ascii_lowercase(), None),
        };
        match (key.as_str(), value) {
            ("required", None) => device.required = true,
            ("required", Some(value)) => match boolean(value) {
                Some(required) => device.required = required,
                None => return refuse(args, format!("`required` is true or false, not `{value}`")),
            },
            ("name", Some(value)) if device.name.is_empty() => device.name = value.into(),
            ("name", Some(_)) => return refuse(args, "a device has two names".to_owned()),
            _ if device.name.is_empty() => device.name = text.as_str().into(),
            _ => return refuse(args, format!("a device has no key `{text}`")),
        }
    }
    Some(device)
}

pub(super) struct Field {
    pub(super) text: String,
}

impl Field {
    /// The value, if the field has this key.
    fn value_of(&self, key: &str) -> Option<&str> {
        self.text
            .split_once('=')
            .filter(|(name, _)| name.eq_ignore_ascii_case(key))
            .map(|(_, value)| value)
    }
}

/// The fields of a comma-separated record; a field may be in double quotes, in which two stand for
/// one.
fn fields(value: &str, flag: &FlagArg<'_>, args: &mut Args<'_, '_>) -> Option<Vec<Field>> {
    let found = split(value);
    if found.is_none() {
        flag.refuse(
            args,
            RefusalKind::Value,
            format!("the value of `--{}` is not a list of fields", flag.name),
            "separate fields by commas; put one that contains a comma in double quotes: `type=cache,\"target=/a,b\"`",
        );
    }
    found
}

pub(super) fn split(value: &str) -> Option<Vec<Field>> {
    if value.is_empty() {
        return None;
    }
    let mut fields = Vec::new();
    let mut rest = value;
    loop {
        let mut text = String::new();
        if let Some(mut inner) = rest.strip_prefix('"') {
            loop {
                let (before, after) = inner.split_once('"')?;
                text.push_str(before);
                match after.strip_prefix('"') {
                    Some(more) => {
                        text.push('"');
                        inner = more;
                    }
                    None => {
                        rest = after;
                        break;
                    }
                }
            }
            fields.push(Field { text });
            match rest.strip_prefix(',') {
                Some(more) => rest = more,
                None if rest.is_empty() => return Some(fields),
                None => return None,
            }
        } else {
            let (field, more) = match rest.split_once(',') {
                Some((field, more)) => (field, Some(more)),
                None => (rest, None),
            };
            if field.contains('"') {
                return None;
            }
            fields.push(Field {
                text: field.to_owned(),
            });
            match more {
                Some(more) => rest = more,
                None => return Some(fields),
            }
        }
    }
}

/// Notes where the values are, where the flag is spelled without quotes.
fn mark(fields: &[Field], value: &str, flag: &FlagArg<'_>, args: &mut Args<'_, '_>) {
    if args.line_slice(flag.value_span.clone()) != value || value.contains('"') {
        return;
    }
    let mut at = flag.value_span.start;
    for field in fields {
        let end = at + field.text.len();
        if let Some((key, value)) = field.text.split_once('=') {
            let key = key.to_ascii_lowercase();
            let name = canonical(&key);
            if let Some(key) = KEYS.iter().find(|known| known.name == name) {
                args.mark(Part::MountValue(key.name, flag.nth), end - value.len()..end);
            }
        }
        at = end + 1;
    }
}

/// The full name of a key.
pub(super) fn canonical(key: &str) -> &str {
    match key {
        "src" => "source",
        "dst" | "destination" => "target",
        "ro" => "readonly",
        "rw" => "readwrite",
        other => other,
    }
}

/// The fields as they are meant; `None` where Docker would reject one.
fn understand(list: &[Field], args: &Args<'_, '_>) -> Option<MountOptions> {
    let mut mount = MountOptions::new(MountKind::Bind);
    for field in list {
        let (key, spelling) = match field.text.split_once('=') {
            Some((key, value)) => (key.to_ascii_lowercase(), Some(value)),
            None => (field.text.to_ascii_lowercase(), None),
        };
        let Some(spelling) = spelling else {
            match canonical(&key) {
                "readonly" => mount.access = Some(access(true)),
                "readwrite" => mount.access = Some(access(false)),
                "required" if takes_required(&mount) => mount.required = Some(true),
                _ => return None,
            }
            continue;
        };
        let text = lex::text(spelling, args.escape);
        let word = text.as_literal();
        let filled = (!text.is_empty()).then(|| text.clone());
        match canonical(&key) {
            "type" => mount.kind = kind(word?)?,
            "from" => mount.from = filled.map(|from| Source::Image(Image::from(from))),
            "source" => mount.source = filled,
            "target" => mount.target = filled,
            "id" => mount.id = filled,
            "env" => mount.env = Some(filled?),
            "readonly" => mount.access = Some(access(boolean(word?)?)),
            "readwrite" => mount.access = Some(access(!boolean(word?)?)),
            "required" if takes_required(&mount) => mount.required = Some(boolean(word?)?),
            "size" if mount.kind == MountKind::Tmpfs => {
                mount.size = Some(typed(filled?, spelling, args.escape))
            }
            "sharing" => mount.sharing = Some(sharing(word?)?),
            "mode" => mount.mode = Some(typed(filled?, spelling, args.escape)),
            "uid" => mount.uid = Some(typed(filled?, spelling, args.escape)),
            "gid" => mount.gid = Some(typed(filled?, spelling, args.escape)),
            _ => return None,
        }
    }
    if mount.kind == MountKind::Secret {
        // `source` is another name for the id.
        match (mount.id.is_some(), mount.source.take()) {
            (false, Some(source)) => mount.id = Some(source),
            (true, Some(_)) => return None,
            (_, None) => {}
        }
        if mount.id.is_none() && mount.target.is_none() {
            return None;
        }
    }
    if mount.covers_root() {
        mount.target = Some(Text::raw("/", args.escape));
    }
    mount.fits().then_some(mount)
}

fn access(readonly: bool) -> Access {
    if readonly {
        Access::ReadOnly
    } else {
        Access::ReadWrite
    }
}

fn takes_required(mount: &MountOptions) -> bool {
    matches!(mount.kind, MountKind::Secret | MountKind::Ssh)
}

pub(super) fn kind(word: &str) -> Option<MountKind> {
    let kinds = [
        MountKind::Bind,
        MountKind::Cache,
        MountKind::Tmpfs,
        MountKind::Secret,
        MountKind::Ssh,
    ];
    kinds
        .into_iter()
        .find(|kind| word.eq_ignore_ascii_case(kind.as_str()))
}

pub(super) fn sharing(word: &str) -> Option<Sharing> {
    let modes = [Sharing::Shared, Sharing::Private, Sharing::Locked];
    modes
        .into_iter()
        .find(|mode| word.eq_ignore_ascii_case(mode.as_str()))
}

/// A boolean as Go reads it.
pub(super) fn boolean(word: &str) -> Option<bool> {
    match word {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}
