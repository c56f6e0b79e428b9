/** Commands about the management plane itself: its objects' history, and its data. */
package io.drover.shell.plane;
