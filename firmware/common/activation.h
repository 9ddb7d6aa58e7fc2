/* Activations fused into float operators; int8 operators clamp to bounds instead. */
#ifndef HILBENCH_ACTIVATION_H
#define HILBENCH_ACTIVATION_H

static inline float hb_none(float value)
{
    return value;
}

static inline float hb_relu(float value)
{
    return value < 0.0f ? 0.0f : value;
}

static inline float hb_relu6(float value)
{
    return value < 0.0f ? 0.0f : value > 6.0f ? 6.0f : value;
}

#endif
