"""What the columns and cells of an upload say about consent: words, statements, columns, cells. No frames of leads, no files but the vocabulary."""
