//! The rules about what an author of stages gets wrong and Docker builds all the same.
//!
//! What they conclude follows from the resolved view, and from an unknown base nothing is
//! concluded. They share `walk.rs` (how to go through the stages), `shell/` (commands and variables
//! in shell text), `installs.rs` and `packages.rs` (package managers of languages and of
//! distributions), `caches.rs` and `apt_cache.rs` (cache mounts), `home.rs` and `directories.rs`
//! (what is known of paths) and `images.rs` (what is known of images).

mod apt_cache;
mod caches;
mod directories;
mod home;
mod images;
mod installs;
mod packages;
mod shell;
mod variables;
pub(super) mod walk;

pub(super) use self::walk::Scripts;

pub(super) mod arg_of_another_stage;
pub(super) mod build_in_final_stage;
pub(super) mod build_tools_in_final_stage;
pub(super) mod copy_from_cache_mount;
pub(super) mod copy_from_own_base;
pub(super) mod destination_without_slash;
pub(super) mod emptied_apt_cache;
pub(super) mod emptied_cache_mount;
pub(super) mod misplaced_cache_mount;
pub(super) mod misspelt_stage;
pub(super) mod packages_after_copy;
pub(super) mod platform_blind_cache;
pub(super) mod root_in_final_stage;
pub(super) mod same_env_reference;
pub(super) mod secret_in_run;
pub(super) mod sources_before_install;
pub(super) mod unchecked_script;
pub(super) mod undeclared_global_arg;
pub(super) mod unexpanded_home;
pub(super) mod unlikely_image;
pub(super) mod unlocked_apt_cache;
pub(super) mod unpinned_base;
pub(super) mod unpinned_copy_from;
pub(super) mod unused_global_arg;
pub(super) mod unused_stage;
pub(super) mod variable_in_exec_form;
pub(super) mod whole_root_copy;
pub(super) mod wildcard_to_file;
