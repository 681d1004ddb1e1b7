;; Packs half-precision numbers as Q8_0, eight at a time, bit for bit like ggml's reference:
;; scale = largest magnitude / 127, weight = value * (1 / scale), halves rounded away from zero, all in single precision.
(module
  (memory (export "memory") 7)

  ;; Blocks of 32 halves at $source become blocks of 34 bytes at $target. Returns the largest magnitude's pattern;
  ;; from 0x7c00 on, a value was infinite or not a number.
  (func (export "quantise") (param $source i32) (param $blocks i32) (param $target i32) (result i32)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local $largest i32) (local $most i32) (local $scale f32) (local $inverse v128)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $blocks)))
        (local.set $a (v128.load offset=0 align=2 (local.get $source)))
        (local.set $b (v128.load offset=16 align=2 (local.get $source)))
        (local.set $c (v128.load offset=32 align=2 (local.get $source)))
        (local.set $d (v128.load offset=48 align=2 (local.get $source)))
        (local.set $largest (call $largest_of
          (i16x8.max_s
            (i16x8.max_s (call $magnitude (local.get $a)) (call $magnitude (local.get $b)))
            (i16x8.max_s (call $magnitude (local.get $c)) (call $magnitude (local.get $d))))))
        (if (i32.gt_u (local.get $largest) (local.get $most)) (then (local.set $most (local.get $largest))))
        ;; A half's bits in a float's place are 2^-112 of its value, subnormal ones too.
        (local.set $scale (f32.div
          (f32.mul (f32.reinterpret_i32 (i32.shl (local.get $largest) (i32.const 13))) (f32.const 0x1p112))
          (f32.const 127)))
        (local.set $inverse (f32x4.splat (select
          (f32.const 0)
          (f32.div (f32.const 1) (local.get $scale))
          (f32.eq (local.get $scale) (f32.const 0)))))
        (i32.store16 offset=0 align=2 (local.get $target) (call $half (i32.reinterpret_f32 (local.get $scale))))
        (v128.store offset=2 align=2 (local.get $target)
          (i8x16.narrow_i16x8_s (call $weights (local.get $a) (local.get $inverse)) (call $weights (local.get $b) (local.get $inverse))))
        (v128.store offset=18 align=2 (local.get $target)
          (i8x16.narrow_i16x8_s (call $weights (local.get $c) (local.get $inverse)) (call $weights (local.get $d) (local.get $inverse))))
        (local.set $source (i32.add (local.get $source) (i32.const 64)))
        (local.set $target (i32.add (local.get $target) (i32.const 34)))
        (local.set $blocks (i32.sub (local.get $blocks) (i32.const 1)))
        (br $next)))
    (local.get $most))

  (func $magnitude (param $halves v128) (result v128)
    (v128.and (local.get $halves) (v128.const i16x8 0x7fff 0x7fff 0x7fff 0x7fff 0x7fff 0x7fff 0x7fff 0x7fff)))

  ;; Patterns of positive halves have the order of the halves.
  (func $largest_of (param $m v128) (result i32)
    (local.set $m (i16x8.max_s (local.get $m) (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $m) (local.get $m))))
    (local.set $m (i16x8.max_s (local.get $m) (i8x16.shuffle 4 5 6 7 0 1 2 3 12 13 14 15 8 9 10 11 (local.get $m) (local.get $m))))
    (local.set $m (i16x8.max_s (local.get $m) (i8x16.shuffle 2 3 0 1 6 7 4 5 10 11 8 9 14 15 12 13 (local.get $m) (local.get $m))))
    (i16x8.extract_lane_u 0 (local.get $m)))

  ;; Eight signed weights as 16-bit numbers.
  (func $weights (param $halves v128) (param $inverse v128) (result v128)
    (local $m v128) (local $sign v128)
    (local.set $m (call $magnitude (local.get $halves)))
    (local.set $sign (i16x8.shr_s (local.get $halves) (i32.const 15)))
    (i16x8.sub
      (v128.xor
        (i16x8.narrow_i32x4_s
          (call $rounded (i32x4.extend_low_i16x8_u (local.get $m)) (local.get $inverse))
          (call $rounded (i32x4.extend_high_i16x8_u (local.get $m)) (local.get $inverse)))
        (local.get $sign))
      (local.get $sign)))

  ;; value * inverse, to the nearest whole number. The rest is compared, as adding a half first would round twice.
  (func $rounded (param $patterns v128) (param $inverse v128) (result v128)
    (local $x v128) (local $whole v128)
    (local.set $x (f32x4.mul
      (f32x4.mul (i32x4.shl (local.get $patterns) (i32.const 13)) (f32x4.splat (f32.const 0x1p112)))
      (local.get $inverse)))
    (local.set $whole (f32x4.trunc (local.get $x)))
    (i32x4.sub
      (i32x4.trunc_sat_f32x4_s (local.get $whole))
      (f32x4.ge (f32x4.sub (local.get $x) (local.get $whole)) (f32x4.splat (f32.const 0.5)))))

  ;; The nearest half to a positive float below 65536 with this pattern, ties to even. See half.ts.
  (func $half (param $bits i32) (result i32)
    (local $fraction i32) (local $shift i32)
    (if (i32.ge_u (local.get $bits) (i32.const 0x38800000))
      (then (return (i32.shr_u
        (i32.add
          (i32.add (i32.sub (local.get $bits) (i32.const 0x38000000)) (i32.const 0xfff))
          (i32.and (i32.shr_u (local.get $bits) (i32.const 13)) (i32.const 1)))
        (i32.const 13)))))
    (if (i32.le_u (local.get $bits) (i32.const 0x33000000)) (then (return (i32.const 0))))
    (local.set $fraction (i32.or (i32.and (local.get $bits) (i32.const 0x7fffff)) (i32.const 0x800000)))
    (local.set $shift (i32.sub (i32.const 126) (i32.shr_u (local.get $bits) (i32.const 23))))
    (i32.shr_u
      (i32.add
        (i32.add (local.get $fraction) (i32.sub (i32.shl (i32.const 1) (i32.sub (local.get $shift) (i32.const 1))) (i32.const 1)))
        (i32.and (i32.shr_u (local.get $fraction) (local.get $shift)) (i32.const 1)))
      (local.get $shift)))
)
