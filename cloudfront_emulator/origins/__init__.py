"""Origins: whom a miss is sent to, and what stands in when that fails."""
