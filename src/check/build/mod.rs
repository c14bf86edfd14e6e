//! The rules about what a build makes of a file: the checks of `docker build --check`, and what
//! Docker rejects for the arguments, the platform and the bases of a build.

mod continued;

pub(super) use self::continued::Continued;

pub(super) mod comment_in_string;
pub(super) mod constant_platform;
pub(super) mod decimal_mode;
pub(super) mod deprecated_maintainer;
pub(super) mod empty_continuation;
pub(super) mod empty_value;
pub(super) mod exposed_host_port;
pub(super) mod failing_expansion;
pub(super) mod ignored_copy_source;
pub(super) mod inconsistent_keyword_casing;
pub(super) mod invalid_build_platform;
pub(super) mod invalid_default_base;
pub(super) mod invalid_expanded_value;
pub(super) mod legacy_key_value;
pub(super) mod malformed_description;
pub(super) mod mismatched_as_casing;
pub(super) mod mismatched_base_platform;
pub(super) mod named_owner_in_link;
pub(super) mod near_json_form;
pub(super) mod outdated_syntax;
pub(super) mod redundant_platform;
pub(super) mod relative_workdir;
pub(super) mod repeated_instruction;
pub(super) mod secret_in_variable;
pub(super) mod shell_form_command;
pub(super) mod swallowed_instruction;
pub(super) mod undefined_arg_in_from;
pub(super) mod undefined_variable;
pub(super) mod unknown_build_arg;
pub(super) mod uppercase_port_protocol;
pub(super) mod uppercase_stage_name;
pub(super) mod value_without_equals;
