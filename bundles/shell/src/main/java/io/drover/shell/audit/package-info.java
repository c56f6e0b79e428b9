/** Who asked what of Drover: {@code audit:list} and {@code audit:verify}. */
package io.drover.shell.audit;
