;; Dot products of one vector with many, in 128-bit lanes and exact: integers of 8 bits, sums of 32.
;; The numbers of a vector are padded with zeros to whole lanes of 16. 4,096 products of ±127 stay below 2^27.
(module
  (import "memory" "pages" (memory 1))

  ;; rows: address of the first row; count: how many; lanes: lanes in a row;
  ;; query: address of the query's numbers, 16 bits each; out: address of `count` results of 32 bits.
  (func (export "dots")
    (param $rows i32) (param $count i32) (param $lanes i32) (param $query i32) (param $out i32)
    (local $lane i32) (local $at i32) (local $row v128) (local $sum v128)
    (block $done
      (loop $each_row
        (br_if $done (i32.eqz (local.get $count)))
        (local.set $sum (v128.const i32x4 0 0 0 0))
        (local.set $at (local.get $query))
        (local.set $lane (local.get $lanes))
        (loop $each_lane
          (local.set $row (v128.load (local.get $rows)))
          (local.set $sum
            (i32x4.add
              (local.get $sum)
              (i32x4.add
                (i32x4.dot_i16x8_s
                  (i16x8.extend_low_i8x16_s (local.get $row))
                  (v128.load (local.get $at)))
                (i32x4.dot_i16x8_s
                  (i16x8.extend_high_i8x16_s (local.get $row))
                  (v128.load offset=16 (local.get $at))))))
          (local.set $rows (i32.add (local.get $rows) (i32.const 16)))
          (local.set $at (i32.add (local.get $at) (i32.const 32)))
          (br_if $each_lane (local.tee $lane (i32.sub (local.get $lane) (i32.const 1)))))
        (i32.store (local.get $out)
          (i32.add
            (i32.add
              (i32x4.extract_lane 0 (local.get $sum))
              (i32x4.extract_lane 1 (local.get $sum)))
            (i32.add
              (i32x4.extract_lane 2 (local.get $sum))
              (i32x4.extract_lane 3 (local.get $sum)))))
        (local.set $out (i32.add (local.get $out) (i32.const 4)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $each_row)))))
