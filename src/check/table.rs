//! The table of the rules that `render` does not ask.

use super::topics::Topics;
use super::{Checking, build, engine, hidden_names, stages, unknown_rule};
use crate::diagnostic::Rule;
use crate::rules::model::{self, duplicate_stage_name, reserved_stage_name};
use crate::rules::{self, Findings};

pub(super) type Check = fn(&Checking<'_>, &mut Findings);

/// A row: the file of a rule, what it is about, and its check where that is in another file.
macro_rules! row {
    ($($file:ident)::+, $topic:ident) => {
        row!($($file)::+, $topic, $($file)::+::check)
    };
    ($($file:ident)::+, $topic:ident, $check:expr) => {
        (&$($file)::+::RULE, Topics::$topic, $check)
    };
}

/// The rules that `render` does not ask, by id: what has to occur in a file or in its build for one
/// of them to look at it, and its check.
pub(super) static CHECKS: &[(&Rule, Topics, Check)] = &[
    row!(stages::arg_of_another_stage, VARIABLE),
    row!(engine::base_of_another_case, ENGINE),
    row!(stages::build_in_final_stage, FILE),
    row!(stages::build_tools_in_final_stage, FILE),
    row!(build::comment_in_string, WRITTEN),
    row!(build::constant_platform, CONSTANT_PLATFORM),
    row!(stages::copy_from_cache_mount, MOUNT),
    row!(stages::copy_from_own_base, FILE),
    row!(build::decimal_mode, MODE),
    row!(build::deprecated_maintainer, MAINTAINER),
    row!(stages::destination_without_slash, SEVERAL_SOURCES),
    row!(engine::dropped_from_image, ENGINE),
    row!(
        duplicate_stage_name,
        WRITTEN,
        hidden_names::duplicate_stage_name
    ),
    row!(stages::emptied_apt_cache, MOUNT),
    row!(stages::emptied_cache_mount, MOUNT),
    row!(build::empty_continuation, WRITTEN),
    row!(engine::empty_expose, NO_PORTS),
    row!(build::empty_value, EMPTY),
    row!(build::exposed_host_port, PORT_HOST),
    row!(build::failing_expansion, EXPANSION),
    row!(build::ignored_copy_source, CONTEXT_PATH),
    row!(build::inconsistent_keyword_casing, BOTH_CASES),
    row!(rules::engine::inherited_arg, ENGINE, engine::inherited_arg),
    row!(build::invalid_build_platform, FILE),
    row!(build::invalid_default_base, INVALID_DEFAULT),
    row!(build::invalid_expanded_value, VALUE),
    row!(build::legacy_key_value, LEGACY_PAIR),
    row!(build::malformed_description, FILE),
    row!(build::mismatched_as_casing, BOTH_CASES),
    row!(build::mismatched_base_platform, BASE_PLATFORM),
    row!(stages::misplaced_cache_mount, MOUNT),
    row!(
        rules::engine::misread_heredoc,
        ENGINE,
        engine::misread_heredoc
    ),
    row!(stages::misspelt_stage, FILE),
    row!(build::named_owner_in_link, OWNER),
    row!(build::near_json_form, BRACKET),
    row!(build::outdated_syntax, FILE),
    row!(stages::packages_after_copy, WHOLE_CONTEXT),
    row!(stages::platform_blind_cache, MOUNT),
    row!(build::redundant_platform, REDUNDANT_PLATFORM),
    row!(build::relative_workdir, RELATIVE_WORKDIR),
    row!(build::repeated_instruction, REPEATED),
    row!(
        reserved_stage_name,
        WRITTEN,
        hidden_names::reserved_stage_name
    ),
    row!(stages::root_in_final_stage, FILE),
    row!(stages::same_env_reference, ENV),
    row!(stages::secret_in_run, SECRET_NAME),
    row!(build::secret_in_variable, SECRET),
    row!(build::shell_form_command, SHELL_FORM),
    row!(stages::sources_before_install, WHOLE_CONTEXT),
    row!(build::swallowed_instruction, WRITTEN),
    row!(stages::unchecked_script, HEREDOC),
    row!(stages::undeclared_global_arg, VARIABLE),
    row!(
        model::undefined_arg_in_from,
        UNDEFINED_IN_FROM,
        build::undefined_arg_in_from::check
    ),
    row!(build::undefined_variable, UNDEFINED),
    row!(stages::unexpanded_home, HOME),
    row!(build::unknown_build_arg, FILE),
    row!(unknown_rule, FILE),
    row!(stages::unlikely_image, FILE),
    row!(stages::unlocked_apt_cache, MOUNT),
    row!(stages::unpinned_base, FILE),
    row!(stages::unpinned_copy_from, FILE),
    row!(engine::unportable_spelling, ENGINE),
    row!(engine::unqualified_image, ENGINE),
    row!(rules::engine::unread_escape, ENGINE, engine::unread_escape),
    row!(stages::unused_global_arg, GLOBAL_ARG),
    row!(stages::unused_stage, FILE),
    row!(build::uppercase_port_protocol, PORT_PROTOCOL),
    row!(build::uppercase_stage_name, WRITTEN),
    row!(build::value_without_equals, ARG),
    row!(stages::variable_in_exec_form, EXEC_VARIABLE),
    row!(stages::whole_root_copy, FILE),
    row!(stages::wildcard_to_file, PATTERN),
];
