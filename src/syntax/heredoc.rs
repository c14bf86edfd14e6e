//! Heredocs: what Docker takes for a marker, and how a delimiter is chosen.

use smol_str::{SmolStr, format_smolstr};

use super::quote;

/// A marker as Docker sees it in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Marker {
    /// The name that ends the body.
    pub(crate) name: SmolStr,
    /// `true` if the body is expanded: no quote in the marker.
    pub(crate) expand: bool,
    /// `true` if leading tabs of the body are removed: `<<-`.
    pub(crate) strip_tabs: bool,
}

/// The markers in a logical line, in order. Docker splits the whole line into words with `\` as the
/// escape, whatever the file says, and where quotes are left open it sees none.
pub(crate) fn markers(line: &str) -> Vec<Marker> {
    if !line.contains("<<") {
        return Vec::new();
    }
    match split(line, Keep::Everything) {
        Some(words) => words.iter().filter_map(|word| marker(word)).collect(),
        None => Vec::new(),
    }
}

/// A single word as a marker: digits, `<<`, `-`, spaces, a name.
pub(crate) fn marker(word: &str) -> Option<Marker> {
    let rest = word
        .trim_start_matches(|c: char| c.is_ascii_digit())
        .strip_prefix("<<")?;
    let (strip_tabs, rest) = match rest.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let rest = rest.trim_start_matches(['\t', '\n', '\u{c}', '\r', ' ']);
    if rest.is_empty() || rest.contains('<') {
        return None;
    }
    // The name has to be one word; quotes in the spelling that are not in the name switch expansion off.
    let [name] = <[String; 1]>::try_from(split(rest, Keep::Text)?).ok()?;
    let [spelled] = <[String; 1]>::try_from(split(rest, Keep::Quotes)?).ok()?;
    let quotes = |text: &str| text.matches(['\'', '"']).count();
    let expand = quotes(&name) == quotes(&spelled);
    Some(Marker {
        name: name.into(),
        expand,
        strip_tabs,
    })
}

/// A delimiter that no line of the body can be taken for: `EOF`, else `EOF1` and so on.
pub(crate) fn delimiter(body: &str) -> SmolStr {
    let mut taken: Vec<usize> = Vec::new();
    for line in body.split('\n') {
        let Some(number) = line.trim_end_matches('\r').strip_prefix("EOF") else {
            continue;
        };
        if number.is_empty() {
            taken.push(0);
        } else if !number.starts_with('0') {
            taken.extend(number.parse::<usize>().ok());
        }
    }
    taken.sort_unstable();
    taken.dedup();
    let free = taken
        .iter()
        .zip(0..)
        .take_while(|(number, expected)| *number == expected)
        .count();
    if free == 0 {
        SmolStr::new_static("EOF")
    } else {
        format_smolstr!("EOF{free}")
    }
}

/// The characters of a name that the writer gives to a heredoc: what means nothing to a lexer or a
/// path.
pub(crate) fn is_name_char(c: char) -> bool {
    !c.is_whitespace()
        && !c.is_control()
        && !matches!(c, '"' | '\'' | '\\' | '`' | '$' | '<' | '/' | '\u{feff}')
}

/// A body without the tabs at the beginnings of its lines.
pub(crate) fn strip_tabs(body: &str) -> String {
    let lines: Vec<&str> = body
        .split('\n')
        .map(|line| line.trim_start_matches('\t'))
        .collect();
    lines.join("\n")
}

/// Returns `true` if a line of the body would end a heredoc of this name.
pub(crate) fn ends_early(body: &str, name: &str) -> bool {
    body.contains(name)
        && body
            .split('\n')
            .any(|line| line.trim_end_matches('\r') == name)
}

/// The delimiter in a marker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delimiter {
    /// `<<EOF`: a `$` and a backslash in the body mean something.
    Bare,
    /// `<<"EOF"`: the body is literal.
    Quoted,
}

/// The body of a heredoc for a bare delimiter, with a backslash that keeps a line from being the
/// end. `delimiter`: the one that the body is for.
pub(crate) fn escaped(body: &str, delimiter: Delimiter, name: &str) -> String {
    let mut text = String::with_capacity(body.len() + 1);
    match delimiter {
        Delimiter::Quoted => quote::push_literal_body(&mut text, body),
        Delimiter::Bare => text.push_str(body),
    }
    let mut out = String::with_capacity(text.len() + 1);
    for line in text.split_inclusive('\n') {
        if line.trim_end_matches(['\n', '\r']) == name {
            out.push('\\');
        }
        out.push_str(line);
    }
    out
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Keep {
    /// The text that quotes and escapes stand for.
    Text,
    /// The same, with the quotes left in.
    Quotes,
    /// The spelling.
    Everything,
}

/// Splits a line into words as a shell would, with `\` as the escape and no variable set: unquoted
/// spaces end a word, `<<` takes the spaces after it into the word. `None` where a quote or `${` is
/// left open.
fn split(line: &str, keep: Keep) -> Option<Vec<String>> {
    let mut splitter = Splitter {
        rest: line.chars().peekable(),
        keep,
        forgets: false,
    };
    let mut words = Vec::new();
    let mut word = String::new();
    let mut first = true;
    while let Some(c) = splitter.rest.next() {
        if std::mem::take(&mut first) && c == '\u{feff}' {
            continue;
        }
        match c {
            '\'' | '"' => {
                let mut text = String::new();
                splitter.quoted(c, &mut text)?;
                splitter.forget(&mut word);
                word.push_str(&text);
            }
            '$' => {
                let mut text = String::new();
                splitter.dollar(&mut text, 0)?;
                splitter.forget(&mut word);
                // Text that comes from a variable splits at its spaces.
                for c in text.chars() {
                    if !c.is_whitespace() {
                        word.push(c);
                    } else if !word.is_empty() {
                        words.push(std::mem::take(&mut word));
                    }
                }
            }
            '<' => {
                word.push('<');
                if splitter.rest.next_if_eq(&'<').is_some() {
                    word.push('<');
                    while let Some(blank) =
                        splitter.rest.next_if(|c| matches!(c, '\t' | '\r' | ' '))
                    {
                        word.push(blank);
                    }
                }
            }
            '\\' => {
                if keep == Keep::Everything {
                    word.push(c);
                }
                word.extend(splitter.rest.next());
            }
            _ if c.is_whitespace() => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            _ => word.push(c),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    Some(words)
}

struct Splitter<'a> {
    rest: std::iter::Peekable<std::str::Chars<'a>>,
    keep: Keep,
    /// `true` if a modifier has been read since the word went on.
    forgets: bool,
}

impl Splitter<'_> {
    /// Docker's lexer loses the beginning of a word in which a `${…}` with a modifier follows.
    fn forget(&mut self, word: &mut String) {
        if std::mem::take(&mut self.forgets) {
            word.clear();
        }
    }

    /// Reads the text after an opening quote, up to its end.
    fn quoted(&mut self, quote: char, word: &mut String) -> Option<()> {
        if self.keep != Keep::Text {
            word.push(quote);
        }
        loop {
            match self.rest.next()? {
                c if c == quote => {
                    if self.keep != Keep::Text {
                        word.push(quote);
                    }
                    return Some(());
                }
                '$' if quote == '"' => self.dollar(word, 0)?,
                '\\' if quote == '"' => {
                    let escaped = self.rest.next_if(|c| matches!(c, '"' | '$' | '\\'));
                    if self.keep == Keep::Everything || escaped.is_none() {
                        word.push('\\');
                    }
                    word.extend(escaped);
                }
                c => word.push(c),
            }
        }
    }

    /// Reads the form after a `$`: no variable is set, so the form stays as it is spelled.
    fn dollar(&mut self, word: &mut String, depth: usize) -> Option<()> {
        word.push('$');
        if self.rest.next_if_eq(&'{').is_none() {
            // `$$` is a variable of its own: the second `$` begins nothing.
            word.extend(self.rest.next_if_eq(&'$'));
            return Some(());
        }
        if depth > crate::limits::EXPRESSION_DEPTH {
            return None;
        }
        word.push('{');
        let mut ahead = 16;
        let (rest, len) = loop {
            let rest: String = self.rest.clone().take(ahead).collect();
            let len = crate::text::expression::name_len(&rest);
            if len < rest.len() || rest.len() < ahead {
                break (rest, len);
            }
            ahead *= 2;
        };
        for c in rest.get(..len).unwrap_or_default().chars() {
            self.rest.next();
            word.push(c);
        }
        if self.rest.next_if_eq(&'}').is_some() {
            word.push('}');
            return (len > 0).then_some(());
        }
        let mut operator = self.rest.next()?;
        word.push(operator);
        if operator == ':' {
            if len == 0 {
                return None;
            }
            operator = self.rest.next()?;
            word.push(operator);
            if matches!(operator, '#' | '%') {
                return None;
            }
            // Of a variable that is not set, Docker does not look at the modifier any further.
            return self.operand('}', word, depth + 1);
        }
        match operator {
            '-' | '+' | '?' | '#' | '%' => self.operand('}', word, depth + 1),
            '/' => {
                if self.rest.next_if_eq(&'/').is_some() {
                    word.push('/');
                }
                self.operand('/', word, depth + 1)?;
                self.operand('}', word, depth + 1)
            }
            _ => None,
        }
    }

    fn operand(&mut self, end: char, word: &mut String, depth: usize) -> Option<()> {
        self.forgets = true;
        loop {
            match self.rest.next()? {
                c if c == end => {
                    word.push(end);
                    return Some(());
                }
                c @ ('\'' | '"') => self.quoted(c, word)?,
                '$' => self.dollar(word, depth)?,
                '\\' => {
                    word.push('\\');
                    word.extend(self.rest.next());
                }
                c => word.push(c),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn names(line: &str, expected: &[&str]) {
        let found = markers(line);
        assert_eq!(
            found
                .iter()
                .map(|marker| marker.name.as_str())
                .collect::<Vec<_>>(),
            expected
        );
    }

    #[test]
    fn markers_in_a_line() {
        names("RUN <<EOF", &["EOF"]);
        names("RUN cat <<A ${}", &[]);
        names("RUN cat <<A <<-\"B\" > x", &["A", "B"]);
        names("RUN << EOF", &["EOF"]);
        names("RUN <<- EOF", &[]);
        names("RUN cat<<A", &[]);
        names("RUN \"<<A\" \\<<A <<<A", &[]);
        names("RUN echo $((1<<2)) ${x:-<<y}", &[]);
        names("RUN echo $(( 1 << 2 ))", &["2"]);
        names("RUN echo don't <<EOF", &[]);
        names("RUN 3<<EOF # <<X", &["EOF", "X"]);
        names("RUN <<A>x", &["A>x"]);
    }

    #[test]
    fn quotes_switch_expansion_off() {
        assert!(marker("<<A").is_some_and(|m| m.expand && !m.strip_tabs));
        assert!(marker("<<-'A'").is_some_and(|m| !m.expand && m.strip_tabs));
        assert!(marker("<<\\A").is_some_and(|m| m.expand && m.name == "A"));
    }

    #[test]
    fn delimiters() {
        assert_eq!(delimiter("a\n"), "EOF");
        assert_eq!(delimiter("EOF\n"), "EOF1");
        assert_eq!(delimiter("EOF1\nEOF\r\nEOF3"), "EOF2");
        assert_eq!(delimiter("EOF1\nEOF01"), "EOF");
    }
}
