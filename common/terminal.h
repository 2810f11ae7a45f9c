/* The terminal that a text is printed on. */
#ifndef COMMON_TERMINAL_H
#define COMMON_TERMINAL_H

/* Columns of the terminal that is open as `fd`; of $COLUMNS where it is none; 0 where neither says.
 */
unsigned terminal_columns(int fd);

#endif
