//! `Row`: a key of a map that is a field of a struct, such as a flag.

use super::{Data, Definitions, Reader, Value, schema};
use crate::text::suggest::nearest;

/// A field, with the functions that read, write and describe it as data.
pub(crate) struct Row<T> {
    pub(crate) read: fn(&mut T, &Value, &mut Reader),
    pub(crate) write: fn(&T) -> Option<Value>,
    pub(crate) schema: fn(&mut Definitions) -> Value,
}

/// Makes the [`Row`] of a field.
macro_rules! row {
    ($type:ty, $field:ident) => {
        $crate::data::Row::<$type> {
            read: |this, value, at| $crate::data::Field::read(&mut this.$field, value, at),
            write: |this| $crate::data::Field::write(&this.$field),
            schema: |definitions| $crate::data::schema_of(|this: &$type| &this.$field, definitions),
        }
    };
}
pub(crate) use row;

/// The schema of the field that a function gives.
pub(crate) fn schema_of<T, F: Field>(_: fn(&T) -> &F, definitions: &mut Definitions) -> Value {
    F::schema(definitions)
}

/// A field that need not be there; what it looks like follows from its type.
pub(crate) trait Field {
    fn read(&mut self, value: &Value, at: &mut Reader);
    fn write(&self) -> Option<Value>;
    fn schema(definitions: &mut Definitions) -> Value;
}

impl Field for bool {
    fn read(&mut self, value: &Value, at: &mut Reader) {
        if let Some(read) = <bool as Data>::read(value, at) {
            *self = read;
        }
    }

    fn write(&self) -> Option<Value> {
        self.then_some(Value::Bool(true))
    }

    fn schema(_: &mut Definitions) -> Value {
        schema::boolean()
    }
}

impl<T: Data> Field for Option<T> {
    fn read(&mut self, value: &Value, at: &mut Reader) {
        *self = T::read(value, at);
    }

    fn write(&self) -> Option<Value> {
        self.as_ref().map(T::write)
    }

    fn schema(definitions: &mut Definitions) -> Value {
        T::schema(definitions)
    }
}

impl<T: Data> Field for Vec<T> {
    fn read(&mut self, value: &Value, at: &mut Reader) {
        if let Some(mut read) = at.one_or_many(value) {
            self.append(&mut read);
        }
    }

    fn write(&self) -> Option<Value> {
        (!self.is_empty()).then(|| super::one_or_many(self.iter().map(T::write)))
    }

    fn schema(definitions: &mut Definitions) -> Value {
        schema::one_or_many(T::schema(definitions))
    }
}

/// A struct that is one field, as that.
macro_rules! data_as_field {
    ($name:ident { $field:ident: $type:ty }) => {
        #[cfg(feature = "serde")]
        impl $crate::data::Data for $name {
            fn read(value: &$crate::data::Value, at: &mut $crate::data::Reader) -> Option<$name> {
                Some($name {
                    $field: <$type as $crate::data::Data>::read(value, at)?,
                })
            }

            fn write(&self) -> $crate::data::Value {
                $crate::data::Data::write(&self.$field)
            }

            fn schema(definitions: &mut $crate::data::Definitions) -> $crate::data::Value {
                <$type as $crate::data::Data>::schema(definitions)
            }
        }
    };
}
pub(crate) use data_as_field;

/// A struct that is one list, as one item or a list of them.
macro_rules! data_as_list {
    ($name:ident { $field:ident: [$type:ty] }) => {
        #[cfg(feature = "serde")]
        impl $crate::data::Data for $name {
            fn read(value: &$crate::data::Value, at: &mut $crate::data::Reader) -> Option<$name> {
                Some($name {
                    $field: at.one_or_many(value)?,
                })
            }

            fn write(&self) -> $crate::data::Value {
                let items = self.$field.iter().map(<$type as $crate::data::Data>::write);
                $crate::data::one_or_many(items)
            }

            fn schema(definitions: &mut $crate::data::Definitions) -> $crate::data::Value {
                let item = <$type as $crate::data::Data>::schema(definitions);
                $crate::data::schema::one_or_many(item)
            }
        }
    };
}
pub(crate) use data_as_list;

/// A type that is one of some words, as the word.
macro_rules! data_as_word {
    ($name:ident [$($variant:ident),* $(,)?]) => {
        #[cfg(feature = "serde")]
        impl $crate::data::Data for $name {
            fn read(value: &$crate::data::Value, at: &mut $crate::data::Reader) -> Option<$name> {
                $crate::data::read_word(&[$($name::$variant),*], $name::as_str, value, at)
            }

            fn write(&self) -> $crate::data::Value {
                $crate::data::Value::text(self.as_str())
            }

            fn schema(_: &mut $crate::data::Definitions) -> $crate::data::Value {
                $crate::data::schema::words([$($name::$variant),*].map($name::as_str))
            }
        }
    };
}
pub(crate) use data_as_word;

/// Reads one of some words.
pub(crate) fn read_word<T: Copy>(
    words: &[T],
    as_str: fn(T) -> &'static str,
    value: &Value,
    at: &mut Reader,
) -> Option<T> {
    let known = || words.iter().map(|word| as_str(*word));
    let text = value.as_text().unwrap_or_default();
    let found = words.iter().find(|word| as_str(**word) == text);
    if let Some(word) = found {
        return Some(*word);
    }
    let mut expected = "one of ".to_owned();
    for (n, word) in known().enumerate() {
        expected.push_str(if n > 0 { ", " } else { "" });
        expected.push_str(&format!("`{word}`"));
    }
    let near = nearest(text, known()).filter(|_| !text.is_empty());
    let near = near.map(|near| format!("; did you mean `{near}`?"));
    at.problem(format!(
        "expected {expected}, found {value}{}",
        near.unwrap_or_default()
    ));
    None
}
