"""What turns an upload into a thumbnail and a caption. No Django in here: the same code runs in the Lambda
functions and, on one machine, in the site's worker."""
