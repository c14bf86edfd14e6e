//! The comma separated fields of `--mount` (spec 2.4).

/// The fields of one CSV record.
pub fn csv(value: &str) -> Result<Vec<String>, String> {
    let value = match value.strip_suffix('\n') {
        Some(line) => line.strip_suffix('\r').unwrap_or(line),
        None => value,
    };
    if value.is_empty() {
        return Err("empty record".to_owned());
    }
    let mut fields = Vec::new();
    let mut rest = Some(value);
    while let Some(text) = rest {
        let (field, after) = match text.strip_prefix('"') {
            Some(text) => quoted(text)?,
            None => bare(text)?,
        };
        fields.push(field);
        rest = after;
    }
    Ok(fields)
}

/// A field without quotes, and what follows the comma.
fn bare(text: &str) -> Result<(String, Option<&str>), String> {
    let (field, after) = match text.split_once(',') {
        Some((field, after)) => (field, Some(after)),
        None => (text, None),
    };
    if field.contains('"') {
        return Err(format!("quote inside the field {field}"));
    }
    Ok((field.to_owned(), after))
}

/// A field after its opening quote, and what follows the comma.
fn quoted(mut text: &str) -> Result<(String, Option<&str>), String> {
    let mut field = String::new();
    loop {
        let (part, after) = text
            .split_once('"')
            .ok_or("a field's quote is not closed")?;
        field.push_str(part);
        if after.is_empty() {
            return Ok((field, None));
        }
        if let Some(after) = after.strip_prefix(',') {
            return Ok((field, Some(after)));
        }
        text = after
            .strip_prefix('"')
            .ok_or("text after a field's closing quote")?;
        field.push('"');
    }
}

/// The keys, in lower case, and values of a `--mount`; a field without `=` has no value.
pub fn mount_fields(value: &str) -> Result<Vec<(String, Option<String>)>, String> {
    let field = |field: String| match field.split_once('=') {
        Some((key, value)) => (key.to_lowercase(), Some(value.to_owned())),
        None => (field.to_lowercase(), None),
    };
    Ok(csv(value)?.into_iter().map(field).collect())
}
