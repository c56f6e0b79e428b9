package io.drover.plugin.driver.imported;

/** An imported cluster has nothing to choose. */
public record ImportedSettings() {}
