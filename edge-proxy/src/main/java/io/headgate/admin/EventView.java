package io.headgate.admin;

/**
 * Something that changed.
 *
 * @param at RFC 3339
 * @param level info or warning
 */
public record EventView(long sequence, String at, String level, String subject, String message) {}
