"""A rehearsal of the GPU service: the containers of its ECS task, run here as processes."""
